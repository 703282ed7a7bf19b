"""Protects a run that makes one call for each picture: as many as were asked for, and none for nothing."""

import base64
import json

from playing import Stage, on_stage

from cometplay.core.drafts import ImageDraft, Kind
from cometplay.core.fields import with_field
from cometplay.core.findings import Reply, Rule, Script
from cometplay.failures import judge
from cometplay.lab.pictures import draw

PIXEL = base64.b64encode(draw(bytes(range(32))))


def test_a_model_that_makes_one_picture_a_call_is_called_as_often_as_was_asked():
    async def act(here: Stage):
        failed = await here.play("image.n-limit", Kind.IMAGE, automatic=False)
        fix = judge.repair(failed.draft, failed.verdict)
        assert [(change.field, change.before, change.after) for change in fix.changes] == [
            ("calls", "1", "3"),
            ("n", "3", "1"),
        ]
        return await here.play("image.n-limit", Kind.IMAGE, fix.draft, automatic=False)

    run = on_stage(act)
    assert run.verdict.mode == "image.ok"
    assert run.transcript.creates == len(run.transcript.saved) == 3


def test_what_was_made_before_a_call_fails_is_kept_and_no_other_call_is_made():
    good = Rule(Reply(200, json.dumps({"data": [{"b64_json": PIXEL.decode()}]})), times=2)
    scripts = {"it": Script((good, Rule(Reply(503, "{}"))))}

    async def act(here: Stage):
        draft = ImageDraft(model="qwen-image", prompt="A heron", n=1, calls=5)
        return await here.send(draft, here.connection("it"), automatic=False)

    run = on_stage(act, more=scripts)
    assert run.verdict.mode == "http.service-unavailable"
    assert (run.transcript.creates, len(run.transcript.saved)) == (3, 2)


def test_a_count_that_a_person_sets_takes_the_place_of_the_calls():
    assert with_field(ImageDraft(model="m", n=1, calls=5), "n", 2).calls == 1
