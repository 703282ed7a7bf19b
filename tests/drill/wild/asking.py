"""What these programs have in common: one good request, so that the drill takes them for healthy."""

import json
import os
import urllib.request


def ask():
    fields = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Hello"}]}
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        json.dumps(fields).encode(),
        {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["choices"][0]["message"]["content"]
