"""What a person can do, in one table: its key, its name in the palette, its place in the help."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.binding import Binding

from cometplay.core.connection import Target
from cometplay.core.drafts import Kind
from cometplay.tui.fields import slots_of
from cometplay.tui.sheet import Sheet
from cometplay.tui.slots import Place


@dataclass(frozen=True, slots=True)
class Action:
    """`name` is the method `action_<name>` of the play screen; `footer` puts the key in the last line."""

    name: str
    key: str
    title: str
    help: str
    footer: bool = False

    @property
    def binding(self) -> Binding:
        # terminals send alt with a letter as that letter, marked: a field with the focus would type it
        priority = self.key.startswith("alt+")
        return Binding(
            self.key, self.name, self.title, show=self.footer, tooltip=self.help, priority=priority
        )


ACTIONS: tuple[Action, ...] = (
    Action("send", "ctrl+s", "Send", "Send the request as it is composed", footer=True),
    Action("cancel", "escape", "Cancel", "Cancel the run, or close the panel", footer=True),
    Action("again", "f5", "Again", "Repeat now, or send the last request again", footer=True),
    Action("stop_repeating", "ctrl+n", "Do not repeat", "End the wait: the failure stands", footer=True),
    Action("apply_fix", "f8", "Apply fix", "Show the mended request, and send it", footer=True),
    Action("copy_code", "f9", "Copy code", "Copy the request as code, in the language chosen", footer=True),
    Action("scenario", "ctrl+o", "Scenario", "Choose a failure for the lab to play", footer=True),
    Action("paste", "alt+p", "Diagnose a body", "Paste an answer that you have: what does it mean?"),
    Action("target", "ctrl+t", "Target", "Switch between the lab and the real gateway"),
    Action("text", "f2", "Text", "Go to the text tab"),
    Action("image", "f3", "Image", "Go to the image tab"),
    Action("video", "f4", "Video", "Go to the video tab"),
    Action("diagnosis", "ctrl+g", "Diagnosis", "Open, close or focus the diagnosis", footer=True),
    Action("models", "alt+l", "Choose a model", "List the models to choose from"),
    Action("messages", "alt+m", "Messages", "Edit, add, remove and reorder the messages"),
    Action("look", "alt+v", "Look closer", "Show the picture on the whole screen", footer=True),
    Action("open_file", "alt+w", "Open", "Open the file in the system's own viewer"),
    Action("copy_path", "alt+h", "Copy path", "Copy the path of the file"),
    Action("save_as", "alt+s", "Save as", "Save a copy of the file elsewhere"),
    Action("folder", "alt+q", "Folder", "Choose where results are saved"),
    Action("tasks", "alt+j", "Tasks", "Go to the list of tasks; typing searches it"),
    Action("poll_now", "alt+n", "Poll now", "Ask after the chosen task at once"),
    Action("stop_watching", "alt+k", "Stop", "Leave the chosen task alone: it goes on, and is billed"),
    Action("watch_again", "alt+a", "Watch on", "Watch the chosen task again", footer=True),
    Action("watch_all", "alt+g", "Watch all", "Watch every task that goes on unwatched"),
    Action("forget", "alt+x", "Forget", "Take it off the list; the job itself goes on"),
    Action("copy_task", "alt+i", "Copy task id", "Copy the id of the chosen task"),
    Action("second", "alt+y", "Second job", "Make the same on another model, while this one waits"),
    Action("answers", "alt+z", "Answers", "Look at any answer of the run, of each poll as it came"),
    Action("habits", "alt+u", "Habits", "Turn the question before billing, or the bell, off"),
    Action("more", "alt+o", "More fields", "Unfold the fields that are rarely needed"),
    Action(
        "answer_call", "alt+t", "Send a result back", "Answer the tool that the model called", footer=True
    ),
    Action("markdown", "alt+d", "Markdown or plain", "Show the output as Markdown, or as it came"),
    Action("follow", "alt+e", "Follow the end", "Keep the newest of the answer in sight, or stop that"),
    Action("language", "alt+shift+l", "Language", "Choose the language and the style of the code"),
    Action("handling", "alt+shift+h", "Handling", "Mark in the code what handles the failure"),
    Action("address", "alt+shift+a", "Address", "Switch the code to the real address and back"),
    Action("edit_code", "alt+shift+e", "Edit code", "Save the code, and open it in $EDITOR"),
    Action("next_view", "ctrl+l", "Next view", "Output, Raw, Headers, Request, Code in turn"),
    Action("copy_id", "ctrl+r", "Copy request id", "Copy the id that support asks for"),
    Action("copy_view", "alt+c", "Copy view", "Copy the open view whole"),
    Action("save_view", "f12", "Save view", "Save the open view to a file"),
    Action("automatic", "alt+r", "Automatic retry", "Turn automatic retry on or off"),
    Action("help", "f1", "Help", "Every key", footer=True),
)


def _queued_long(sheet: Sheet) -> bool:
    if sheet.task is None:
        return False
    from cometplay.tui.standing import long_queue

    return long_queue(sheet.task)


def _answers(sheet: Sheet) -> int:
    if sheet.run is None:
        return 0
    from cometplay.tui.answers import count

    return count(sheet.run)


POSSIBLE: dict[str, Callable[[Sheet], bool]] = {
    "send": lambda sheet: sheet.side_by_side or not sheet.busy,
    "cancel": lambda sheet: sheet.busy,
    "again": lambda sheet: sheet.sent is not None or sheet.waiting is not None,
    "stop_repeating": lambda sheet: sheet.waits_to_repeat,
    "paste": lambda sheet: sheet.side_by_side or not sheet.busy,
    "tasks": lambda sheet: bool(sheet.tasks),
    "poll_now": lambda sheet: sheet.task is not None and sheet.task.next_poll_at is not None,
    "stop_watching": lambda sheet: sheet.task is not None and sheet.task.watched,
    "watch_again": lambda sheet: sheet.task is not None and sheet.task.idle,
    "watch_all": lambda sheet: any(view.idle for view in sheet.tasks),
    "forget": lambda sheet: sheet.task is not None and not sheet.task.watched,
    "copy_task": lambda sheet: sheet.task is not None and bool(sheet.task.task.id),
    "apply_fix": lambda sheet: sheet.fix is not None,
    "messages": lambda sheet: sheet.kind is Kind.TEXT,
    "more": lambda sheet: any(slot.place is Place.MORE for slot in slots_of(sheet.draft)),
    "answer_call": lambda sheet: not sheet.busy and bool(sheet.calls),
    "second": _queued_long,
    "answers": lambda sheet: _answers(sheet) > 1,
    "look": lambda sheet: sheet.kind is not Kind.TEXT and bool(sheet.pictures),
    "open_file": lambda sheet: sheet.has_file,
    "copy_path": lambda sheet: sheet.has_file,
    "save_as": lambda sheet: sheet.has_file,
    "folder": lambda sheet: sheet.kind is not Kind.TEXT,
    "handling": lambda sheet: sheet.failed,
    "address": lambda sheet: sheet.place.target is Target.LAB,
    "copy_id": lambda sheet: bool(sheet.run and sheet.run.request_ids),
}
"""When it can be done, by name; what is not here always can."""

KEY_NAMES = {"escape": "esc", "ctrl+": "^", "alt+": "alt "}
_CAPITAL = "alt+shift+"


def key_name(key: str) -> str:
    """A key as a person reads it: ^s, F8, alt c, and alt C with shift."""
    if key.startswith("f") and key[1:].isdigit():
        return key.upper()
    if key.startswith(_CAPITAL):
        return f"alt {key.removeprefix(_CAPITAL).upper()}"
    for long, short in KEY_NAMES.items():
        key = key.replace(long, short)
    return key


def key_of(name: str) -> str:
    """The key of an action, as a person reads it."""
    return next(key_name(action.key) for action in ACTIONS if action.name == name)
