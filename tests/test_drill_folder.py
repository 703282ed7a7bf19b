"""Protects a person's folder: what a run left in it is found, and side by side runs do not meet in it."""

from pathlib import Path

import pytest

import cometplay.lab
from cometplay.drill.folder import is_whole, left, mirror, snapshot
from cometplay.lab import pictures

PICTURE = pictures.draw(bytes(range(32)))
CLIP = (Path(cometplay.lab.__file__).parent / "clip.mp4").read_bytes()


def test_what_was_made_or_changed_is_left(tmp_path):
    (tmp_path / "old.txt").write_text("old", "utf-8")
    (tmp_path / "kept.txt").write_text("kept", "utf-8")
    before = snapshot(tmp_path)
    (tmp_path / "old.txt").write_text("newer", "utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_bytes(PICTURE)
    assert [(found.name, found.whole) for found in left(tmp_path, before)] == [
        ("old.txt", True),
        ("out/a.png", True),
    ]


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (PICTURE, True),
        (PICTURE[:-20], False),
        (CLIP, True),
        (CLIP[: len(CLIP) // 2], False),
        (b"RIFF\x04\x00\x00\x00WEBP", True),
        (b"RIFF\x14\x00\x00\x00WEBP", False),
        (b"\xff\xd8\xff\xe0 and so on \xff\xd9", True),
        (b"\xff\xd8\xff\xe0 and so", False),
        (b"", False),
        (b"some text", True),
    ],
)
def test_a_file_that_is_cut_off_is_told_from_a_whole_one(tmp_path, data, whole):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert is_whole(path) is whole


def test_a_copy_shows_everything_but_what_a_run_writes(tmp_path):
    person, copy = tmp_path / "person", tmp_path / "copy"
    (person / "out").mkdir(parents=True)
    (person / "app.py").write_text("pass", "utf-8")
    (person / "out" / "notes").write_text("mine", "utf-8")
    (person / "out" / "v.mp4").write_bytes(CLIP)
    (person / "top.png").write_bytes(PICTURE)
    mirror(person, copy, ["out/v.mp4", "top.png"])
    assert (copy / "app.py").read_text("utf-8") == "pass"
    assert (copy / "out" / "notes").read_text("utf-8") == "mine"
    (copy / "out" / "v.mp4").write_bytes(b"half")
    (copy / "top.png").write_bytes(b"half")
    assert (person / "out" / "v.mp4").read_bytes() == CLIP
    assert (person / "top.png").read_bytes() == PICTURE
