"""Protects what the lab is for: clients that we did not write work against it as they come.

They are installed from their registries, outside our own environment; without a registry there is no test.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import venv
from base64 import b64decode
from pathlib import Path

import pytest

from cometplay.lab import Lab
from cometplay.stage import scripts

pytestmark = pytest.mark.slow
PATIENCE_S = 170
LITTLE = "six"
"""A small package that every registry of Python has: without it, there is no registry."""

OPENAI = """
import base64, json, sys
import openai, {module}
client, busy = [{module}.{name}(base_url=url, api_key="lab", max_retries=0) for url in sys.argv[1:]]
asked = dict(model="gpt-5.4-mini", messages=[dict(role="user", content="Say hello.")])
more = dict()
if hasattr(client, "videos"):
    video = client.videos.create(model="sora-2", prompt="Waves")
    while video.status not in ("completed", "failed"):
        video = client.videos.retrieve(video.id)
    more["video"] = base64.b64encode(client.videos.download_content(video.id).read()).decode()
try:
    busy.chat.completions.create(**asked)
except openai.RateLimitError as fault:
    refused = fault.status_code
print(json.dumps(dict(
    chat=client.chat.completions.create(**asked).choices[0].message.content,
    stream="".join(
        chunk.choices[0].delta.content or ""
        for chunk in client.chat.completions.create(**asked, stream=True) if chunk.choices
    ),
    models=len(client.models.list().data),
    image=client.images.generate(model="gpt-image-2", prompt="A lighthouse").data[0].b64_json,
    refused=refused,
    **more,
)))
"""
LITELLM = """
import json, os, sys
os.environ |= dict(COMETAPI_API_BASE=sys.argv[1], COMETAPI_BASE_URL=sys.argv[1], COMETAPI_KEY="lab")
import litellm
asked = dict(model="cometapi/gpt-5.4-mini", messages=[dict(role="user", content="Say hello.")], num_retries=0)
try:
    litellm.completion(**asked, api_base=sys.argv[2])
except litellm.RateLimitError as fault:
    refused = fault.status_code
# its pictures take neither from the environment
picture = dict(model="cometapi/gpt-image-2", prompt="A lighthouse", api_key="lab", api_base=sys.argv[1])
image = litellm.image_generation(**picture)
print(json.dumps(dict(
    chat=litellm.completion(**asked).choices[0].message.content,
    stream="".join(
        chunk.choices[0].delta.content or "" for chunk in litellm.completion(**asked, stream=True)
    ),
    image=image.data[0].b64_json,
    refused=refused,
)))
"""
NODE = """
import OpenAI from "openai";
const [baseURL, busy] = process.argv.slice(2), maxRetries = 0, apiKey = "lab";
const client = new OpenAI({ baseURL, apiKey, maxRetries });
const asked = { model: "gpt-5.4-mini", messages: [{ role: "user", content: "Say hello." }] };
let stream = "", refused;
for await (const chunk of await client.chat.completions.create({ ...asked, stream: true }))
  stream += chunk.choices[0]?.delta.content ?? "";
let video = await client.videos.create({ model: "sora-2", prompt: "Waves" });
while (!["completed", "failed"].includes(video.status)) video = await client.videos.retrieve(video.id);
const content = await client.videos.downloadContent(video.id);
try {
  await new OpenAI({ baseURL: busy, apiKey, maxRetries }).chat.completions.create(asked);
} catch (fault) {
  refused = fault instanceof OpenAI.RateLimitError && fault.status;
}
console.log(JSON.stringify({
  chat: (await client.chat.completions.create(asked)).choices[0].message.content,
  stream, refused,
  models: (await client.models.list()).data.length,
  image: (await client.images.generate({ model: "gpt-image-2", prompt: "A lighthouse" })).data[0].b64_json,
  video: Buffer.from(await content.arrayBuffer()).toString("base64"),
}));
"""


def ran(*command: object, cwd: Path | None = None) -> subprocess.CompletedProcess:
    """Without the settings of whoever runs the tests, but for the way to the registries."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("COMETAPI", "OPENAI"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=kept | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def shelf(config: pytest.Config, name: str) -> Path:
    """A folder of the cache; what was not finished there is thrown away."""
    folder = Path(config.cache.mkdir("clients")) / name
    if folder.exists() and not (folder / "done").exists():
        shutil.rmtree(folder)
    return folder


def python_with(config: pytest.Config, *packages: str) -> Path:
    """The interpreter of an environment that has these packages."""
    folder = shelf(config, "-".join(packages).replace("==", "-"))
    python = folder / "bin" / "python"
    if not folder.exists():
        venv.create(folder)
        pip = (
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "-q",
            "--disable-pip-version-check",
        )
        installed = ran(*pip, *packages)
        if installed.returncode:
            if ran(*pip, LITTLE).returncode:
                pytest.skip("the registry of Python packages cannot be reached")
            pytest.fail(installed.stderr)
        (folder / "done").touch()
    return python


def node_with(config: pytest.Config, package: str) -> Path:
    """A folder where node finds the package."""
    if not shutil.which("npm"):
        pytest.skip("there is no npm on PATH")
    folder = shelf(config, f"node-{package}")
    if not folder.exists():
        folder.mkdir()
        (folder / "package.json").write_text('{"type": "module"}')
        installed = ran("npm", "install", "--no-audit", "--no-fund", package, cwd=folder)
        if installed.returncode:
            if ran("npm", "ping", cwd=folder).returncode:
                pytest.skip("the registry of node's packages cannot be reached")
            pytest.fail(installed.stderr)
        (folder / "done").touch()
    return folder


@pytest.fixture
def lab():
    with Lab(scripts(), speed=math.inf) as lab:
        yield lab


def told(lab: Lab, *command: object, cwd: Path | None = None) -> dict:
    done = ran(*command, lab.base_url(), lab.base_url("http.rate-limited"), cwd=cwd)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def is_whole(got: dict, *more: str) -> None:
    assert set(got) == {"chat", "stream", "image", "refused", *more}
    assert got["chat"] == got["stream"]
    assert "Say hello" in got["chat"]
    assert got["image"].startswith("iVBORw0KGgo")
    assert got["refused"] == 429
    if "models" in more:
        assert got["models"] > 20
    if "video" in more:
        assert b64decode(got["video"])[4:8] == b"ftyp"


def key_of(lab: Lab) -> set[str]:
    return {request.key.value for request in lab.requests}


SDKS = {
    "openai 2.0": (("openai==2.0.0",), "openai", "OpenAI", ()),
    "openai, the newest": (("openai",), "openai", "OpenAI", ("video",)),
    "cometapi": (("cometapi", "litellm"), "cometapi", "CometAPI", ("video",)),
}


@pytest.mark.parametrize(("packages", "module", "name", "more"), SDKS.values(), ids=SDKS)
def test_an_sdk_for_python_works_as_it_comes(pytestconfig, lab, packages, module, name, more):
    code = OPENAI.replace("{module}", module).replace("{name}", name)
    is_whole(told(lab, python_with(pytestconfig, *packages), "-c", code), "models", *more)
    assert key_of(lab) == {"lab"}


def test_litellm_works_as_it_comes(pytestconfig, lab):
    is_whole(told(lab, python_with(pytestconfig, "cometapi", "litellm"), "-c", LITELLM))
    assert key_of(lab) == {"lab"}


def test_openai_for_node_works_as_it_comes(pytestconfig, lab):
    folder = node_with(pytestconfig, "openai")
    (folder / "ask.js").write_text(NODE)
    is_whole(told(lab, "node", "ask.js", cwd=folder), "models", "video")
    assert key_of(lab) == {"lab"}


CURLED = {
    "responses": ("/v1/responses", {"model": "gpt-5.4-mini", "input": "Say hello."}, "output"),
    "kling": ("/kling/v1/videos/text2video", {"model_name": "kling-v2-6", "prompt": "Waves"}, "data"),
    "runway": (
        "/runwayml/v1/image_to_video",
        {
            "model": "gen4_turbo",
            "promptText": "Waves",
            "promptImage": "https://example.org/a.png",
            "ratio": "1280:720",
        },
        "id",
    ),
    "grok": ("/grok/v1/videos/generations", {"model": "grok-imagine-video", "prompt": "Waves"}, "request_id"),
    "flux": (
        "/replicate/v1/models/black-forest-labs/flux-schnell/predictions",
        {"input": {"prompt": "A lighthouse"}},
        "id",
    ),
}


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on PATH")
@pytest.mark.parametrize(("path", "body", "name"), CURLED.values(), ids=CURLED)
def test_curl_gets_an_answer_on_every_other_route(lab, path, body, name):
    url = lab.base_url().removesuffix("/v1") + path
    done = ran(
        *("curl", "-sSf", "--noproxy", "*", "-H", "Authorization: Bearer lab", url),
        *("-H", "X-Runway-Version: 2024-11-06", "-H", "Content-Type: application/json"),
        *("-d", json.dumps(body)),
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[name]
