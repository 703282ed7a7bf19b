"""The first program that a reader of the library's page writes."""

from openai import OpenAI

answer = OpenAI().chat.completions.create(
    model="gpt-5.4-mini", messages=[{"role": "user", "content": "Why is the sky blue?"}]
)
print(answer.choices[0].message.content)
