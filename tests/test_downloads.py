"""Protects results on disk: named by what they hold, never over another file, never half a file left."""

import os
import resource
import stat
import time
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core.answers import is_file
from cometplay.downloads import NotWrittenError, Part, named

CONTENT = {
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "image/png"),
    "jpg": (b"\xff\xd8\xff\xe0" + b"\0" * 20, "image/jpeg"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    "gif": (b"GIF89a" + b"\0" * 20, "image/gif"),
    "avif": (b"\0\0\0\x1cftypavif", "image/avif"),
    "heic": (b"\0\0\0\x18ftypheic", "image/heic"),
    "mov": (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
    "mp4": (b"\0\0\0\x18ftypmp42", "video/mp4"),
    "webm": (b"\x1a\x45\xdf\xa3" + b"\0" * 20, "video/webm"),
    "bin": (b"<html>not a picture</html>", "application/octet-stream"),
}
PNG = CONTENT["png"][0]


def saved(folder, data, stem="cometplay-image"):
    with Part(folder) as part:
        part.write(data)
        return part.keep(stem)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("ending", CONTENT)
@pytest.mark.parametrize("step", [1, 3, 1000], ids=["byte by byte", "by threes", "at once"])
def test_a_file_is_named_by_what_it_holds(tmp_path, ending, step):
    data, mime = CONTENT[ending]
    with Part(tmp_path / "out") as part:
        for place in range(0, len(data), step):
            part.write(data[place : place + step])
        assert (part.mime, part.size) == (mime, len(data))
        path = part.keep("clip")
    assert path == tmp_path / "out" / f"clip.{ending}"
    assert path.read_bytes() == data
    assert names(tmp_path / "out") == [f"clip.{ending}"]


@pytest.mark.parametrize(
    "data", [b"", b"\x89", PNG[:7], b"\0\0\0\x18fty"], ids=["empty", "1 byte", "7 bytes", "cut mp4"]
)
def test_too_little_to_tell_is_a_file_of_no_kind(tmp_path, data):
    path = saved(tmp_path / "out", data)
    assert (path.name, path.read_bytes()) == ("cometplay-image.bin", data)


def test_a_name_that_is_taken_gets_a_number_and_nothing_is_overwritten(tmp_path):
    out = tmp_path / "out"
    paths = [saved(out, PNG + bytes([number])) for number in range(4)]
    assert [path.name for path in paths] == [
        "cometplay-image.png",
        "cometplay-image-2.png",
        "cometplay-image-3.png",
        "cometplay-image-4.png",
    ]
    assert [path.read_bytes()[-1] for path in paths] == [0, 1, 2, 3]


def test_another_kind_of_file_does_not_take_the_name(tmp_path):
    out = tmp_path / "out"
    assert [saved(out, CONTENT[kind][0]).name for kind in ("png", "jpg")] == [
        "cometplay-image.png",
        "cometplay-image.jpg",
    ]


def test_a_folder_or_a_link_of_that_name_is_left_alone(tmp_path):
    (tmp_path / "out" / "a.png").mkdir(parents=True)
    (tmp_path / "out" / "a-2.png").symlink_to(tmp_path / "elsewhere")
    assert saved(tmp_path / "out", PNG, "a").name == "a-3.png"
    assert not (tmp_path / "elsewhere").exists()


def test_what_was_not_kept_is_gone(tmp_path):
    with Part(tmp_path / "out") as part:
        part.write(PNG)
        assert len(names(tmp_path / "out")) == 1
    assert names(tmp_path / "out") == []


def test_what_was_interrupted_is_gone(tmp_path):
    def stopped():
        with Part(tmp_path / "out") as part:
            part.write(PNG)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert names(tmp_path / "out") == []


def test_the_unfinished_file_is_hidden_and_its_owners_only(tmp_path):
    with Part(tmp_path):
        (path,) = tmp_path.glob(".cometplay-*.part")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)], ids=oct)
def test_a_kept_file_has_the_permissions_of_any_new_file(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        path = saved(tmp_path / "out", PNG)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize("below", ["file", "file/deeper", "file/a/b"])
def test_a_folder_that_cannot_be_is_told(tmp_path, below):
    (tmp_path / "file").write_text("here already")
    with pytest.raises(NotWrittenError, match=r"cannot write in .*file"):
        Part(tmp_path / below)
    assert (tmp_path / "file").read_text() == "here already"


def test_a_folder_that_is_not_there_is_made(tmp_path):
    assert saved(tmp_path / "a" / "b", PNG).parent == tmp_path / "a" / "b"


def test_a_folder_that_goes_away_meanwhile_is_told(tmp_path):
    def lost():
        with Part(tmp_path / "out") as part:
            part.write(PNG)
            for path in (tmp_path / "out").iterdir():
                path.unlink()
            (tmp_path / "out").rmdir()
            part.keep("a")

    with pytest.raises(NotWrittenError, match="cannot write in"):
        lost()


@contextmanager
def a_small_disk():
    """Files end at 4 kB. The limit is the process's own: the test's own log must not be written under it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [100, 5000, 50_000], ids=["small pieces", "large pieces", "one piece"])
def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path, size):
    def fill():
        with a_small_disk(), Part(tmp_path / "out") as part:
            for _ in range(50_000 // size):
                part.write(PNG.ljust(size))
            part.keep("a")

    with pytest.raises(NotWrittenError, match="too large"):
        fill()
    assert names(tmp_path / "out") == []


def test_a_disk_that_fills_with_the_last_bytes_is_told(tmp_path):
    with pytest.raises(NotWrittenError, match="too large"), a_small_disk():
        saved(tmp_path / "out", PNG.ljust(4097))
    assert names(tmp_path / "out") == []


@pytest.mark.parametrize("ending", CONTENT)
def test_a_picture_or_a_video_is_told_from_a_text_in_its_place(ending):
    assert is_file(CONTENT[ending][0][:4096]) is (ending != "bin")


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (b"", False),
        (b"  \r\n", False),
        (b'{"error":', False),
        (b' [{"url"', False),
        (b"<?xml version='1.0'?><Error>", False),
        (b"<?xml version='1.0'?><svg width='9'>", True),
        (b"<svg/>", True),
        (b"<svg><SCRIPT>alert(1)</SCRIPT></svg>", False),
        (b"Not found\r\n", False),
        ("Не найдено".encode(), False),
        (b"{\0\1", True),
        (b"BM6\x0c", True),
    ],
    ids=ascii,
)
def test_what_begins_as_a_text_is_no_file(head, is_one):
    assert is_file(head) is is_one


NAMES = {
    "plain": ("veo3-fast", "Waves roll onto a beach!", "veo3-fast-waves-roll-onto-a-beach"),
    "owner": ("black-forest-labs/flux-1.1-pro", "A cat", "flux-1.1-pro-a-cat"),
    "a way out": ("../../etc", "../../../etc/passwd\0 C:\\x", "etc-etc-passwd-c-x"),
    "letters of the world": ("m", "Ein Schiff — 春の海 🎈", "m-ein-schiff-春の海"),
    "long": ("m", "word " * 500, "m-word-word-word-word-word-word-word-word"),
    "nothing": ("m", "", "m"),
    "nothing but signs": ("..", "?!\u202e\x1b[31m", "31m"),
}


@pytest.mark.parametrize(("model", "prompt", "words"), NAMES.values(), ids=NAMES)
def test_a_name_is_made_of_the_moment_the_model_and_the_prompt(model, prompt, words):
    assert named(0.0, model, prompt) == f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(0))}-{words}"


@given(st.text(), st.text())
def test_any_name_is_one_that_a_disk_takes(model, prompt):
    name = named(1e9, model, prompt)
    assert len(name.encode()) < 255 - len("-9999.mp4")
    assert not set(name) & set('/\\:*?"<>|\0')
    assert not name.endswith((".", "-"))
