"""Protects typing: no key of ours is one that a field edits with, each can arrive, and focus is seen."""

import re
import shlex
import shutil
import subprocess
import sys
import time

import pytest
from playing import PATIENCE_S
from textual.binding import Binding
from textual.events import Key
from textual.widgets import Input, TextArea
from tui_playing import Playing, act

from cometplay.tui.actions import ACTIONS
from cometplay.tui.app import CometPlay
from cometplay.tui.screens.choices import Choices
from cometplay.tui.screens.conversation import Conversation
from cometplay.tui.screens.help import Help
from cometplay.tui.screens.paste import PasteScreen
from cometplay.tui.screens.play import PlayScreen
from cometplay.tui.screens.question import Question
from cometplay.tui.screens.results import CallResults
from cometplay.tui.screens.scenarios import ScenarioPicker

OURS = {
    "the play screen": (PlayScreen, (Input, TextArea)),
    "the picker": (ScenarioPicker, (Input,)),
    "the paste": (PasteScreen, (Input, TextArea)),
    "a list of values": (Choices, (Input,)),
    "the messages": (Conversation, (Input, TextArea)),
    "a tool's result": (CallResults, (TextArea,)),
    "the help": (Help, ()),
    "a question": (Question, ()),
}
"""Each screen of ours with the kinds of fields that stand on it."""

ARRIVES = re.compile(
    r"f([1-9]|1[0-2])|ctrl\+[a-z]|alt\+(shift\+)?[a-z]|escape|enter|tab|shift\+tab|up|down|left|right"
)
NEVER_ARRIVES = {"ctrl+h", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+enter", "alt+enter"}
TMUX_PREFIX = "ctrl+b"
TAKEN_BY_SIGNALS = {"ctrl+c", "ctrl+z", "ctrl+backslash"}


def keys_of(field: type) -> set[str]:
    """Every key that a field edits with."""
    return {key.strip() for binding in vars(field)["BINDINGS"] for key in binding.key.split(",")}


def own_keys(screen: type) -> set[str]:
    """The keys that we bind on a screen ourselves."""
    return {key.strip() for binding in vars(screen)["BINDINGS"] for key in binding.key.split(",")}


@pytest.mark.parametrize(("screen", "fields"), OURS.values(), ids=OURS.keys())
def test_no_key_steals_one_that_a_field_edits_with(screen, fields):
    for field in fields:
        assert own_keys(screen) & keys_of(field) == set(), field.__name__
        assert {"ctrl+p", "ctrl+q"} & keys_of(field) == set(), field.__name__


@pytest.mark.parametrize("key", sorted({key for screen, _ in OURS.values() for key in own_keys(screen)}))
def test_every_key_can_arrive(key):
    assert ARRIVES.fullmatch(key)
    assert key not in NEVER_ARRIVES | {TMUX_PREFIX} | TAKEN_BY_SIGNALS


def test_every_action_has_a_key_of_its_own_and_a_method():
    keys = [action.key for action in ACTIONS]
    assert len(set(keys)) == len(keys)
    assert set(keys) == own_keys(PlayScreen)
    assert not set(keys) & {"ctrl+p", "ctrl+q", "tab", "shift+tab"}
    for action in ACTIONS:
        assert callable(getattr(PlayScreen, f"action_{action.name}"))


def test_no_field_stands_where_enter_answers(tmp_path):
    async def look(here: Playing) -> None:
        await here.press("f1")
        assert not here.app.screen.query("Input, TextArea")
        await here.press("escape")
        here.set_scene("text.truncated")
        await here.send()
        await here.press("f8")
        assert isinstance(here.app.screen, Question)
        assert not here.app.screen.query("Input, TextArea")

    act(look, tmp_path)


def test_the_keys_of_a_field_still_edit(tmp_path):
    async def edit(here: Playing) -> None:
        await here.press("ctrl+e", *"ab cd", "ctrl+w", "enter", "z")
        assert here.widget("#prompt").text.endswith("ab \nz")
        await here.press("ctrl+z", "ctrl+u")
        here.widget("#model").focus()
        await here.press("home", "ctrl+k", *"gpt-x", "ctrl+a", "delete")
        assert here.widget("#model").value == "pt-x"
        assert here.sheet.draft.model == "pt-x"

    act(edit, tmp_path, size=(80, 24))


def test_a_command_that_is_not_possible_types_nothing(tmp_path):
    async def press(here: Playing) -> None:
        before = here.widget("#prompt").text
        for letter in "wHé":  # as terminals send alt: the letter, and a mark
            here.app.post_message(Key(f"alt+{letter}", letter))
        await here.press("z")
        assert here.widget("#prompt").text == f"z{before}"

    act(press, tmp_path, size=(80, 24))


ORDER = ("composer", "timeline", "views", "view", "diagnosis")


@pytest.mark.slow
@pytest.mark.parametrize("setting", [pytest.param("", id="colour"), pytest.param("1", id="NO_COLOR")])
def test_tab_goes_through_everything_and_the_focus_is_seen(setting, tmp_path, monkeypatch):
    if setting:
        monkeypatch.setenv("NO_COLOR", setting)

    async def walk(here: Playing) -> None:
        here.widget("#tabs").focus()
        await here.pause()
        order, pictures = [], {}
        for _ in here.app.screen.focus_chain:
            await here.press("tab")
            focused = here.app.focused
            assert focused is not None
            places = (node.id for node in focused.ancestors_with_self)
            order.append(next((place for place in places if place in ORDER), focused.id))
            still(here)
            pictures[focused.id] = picture(here)
        assert tuple(dict.fromkeys(order)) == (*ORDER, "tabs")
        assert order == sorted(order, key=[*ORDER, "tabs"].index)
        here.app.screen.set_focus(None)
        await here.pause()
        pictures["nothing"] = picture(here)
        for name, seen in pictures.items():
            alike = [other for other, picture in pictures.items() if other != name and picture == seen]
            assert not alike, f"with the focus on {name} the screen looks as on {alike}"
        await here.press("shift+tab")
        assert here.app.focused is not None

    act(walk, tmp_path, size=(140, 40))


def still(here: Playing) -> None:
    """With a cursor that does not blink."""
    for field in here.app.screen.query("Input, TextArea"):
        field.cursor_blink = False


def picture(here: Playing) -> list[str]:
    return [str([*strip]) for strip in here.strips]


@pytest.mark.slow
def test_every_key_arrives_through_tmux(tmp_path):
    tmux = shutil.which("tmux")
    assert tmux, "this test needs tmux"
    program = tmp_path / "keys.py"
    heard = tmp_path / "heard"
    program.write_text(
        "import sys\n"
        "from textual.app import App\n"
        "class Ear(App):\n"
        "    BINDINGS = []\n"
        "    def on_ready(self):\n"
        "        self.tell('ready')\n"
        "    def on_key(self, event):\n"
        "        self.tell(event.key)\n"
        "    def tell(self, word):\n"
        "        with open(sys.argv[1], 'a') as file:\n"
        "            print(word, file=file)\n"
        "Ear().run()\n"
    )
    heard.write_text("")
    run = [tmux, "-L", f"cometplay-{tmp_path.name}", "-f", "/dev/null"]
    command = shlex.join([sys.executable, str(program), str(heard)])
    subprocess.run([*run, "new-session", "-d", "-s", "ear", "-x", "80", "-y", "24", command], check=True)
    try:
        wait_for(heard, "ready")
        for key in sorted({key for screen, _ in OURS.values() for key in own_keys(screen)} - {"enter"}):
            subprocess.run([*run, "send-keys", "-t", "ear", tmux_name(key)], check=True)
            wait_for(heard, key)
    finally:
        subprocess.run([*run, "kill-server"], check=False)


def tmux_name(key: str) -> str:
    if key.startswith("f") and key[1:].isdigit():
        return key.upper()
    if "+" not in key:
        return key.title()
    if key.startswith("alt+shift+"):
        return f"M-{key[-1].upper()}"
    return key.replace("ctrl+", "C-").replace("alt+", "M-")


def wait_for(heard, word: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while word not in heard.read_text().split():
        assert time.monotonic() < end, f"{word} never arrived: {heard.read_text().split()}"
        time.sleep(0.02)


def test_the_programs_own_keys_are_the_palette_and_the_end():
    own = {binding.key if isinstance(binding, Binding) else binding[0] for binding in CometPlay.BINDINGS}
    assert own <= {"ctrl+q", "ctrl+c"}
    assert CometPlay.COMMAND_PALETTE_BINDING == "ctrl+p"
