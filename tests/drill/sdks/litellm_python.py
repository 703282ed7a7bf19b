"""The first program that a reader of the library's page writes, with the address given as it asks."""

import os

import litellm

answer = litellm.completion(
    model="openai/gpt-5.4-mini",
    messages=[{"role": "user", "content": "Why is the sky blue?"}],
    api_base=os.environ["OPENAI_BASE_URL"],
)
print(answer.choices[0].message.content)
