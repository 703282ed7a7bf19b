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
    Action("folder", "alt+b", "Folder", "Choose where results are saved"),
    Action("more", "alt+o", "More fields", "Unfold the fields that are rarely needed"),
    Action(
        "answer_call", "alt+t", "Send a result back", "Answer the tool that the model called", footer=True
    ),
    Action("markdown", "alt+d", "Markdown or plain", "Show the output as Markdown, or as it came"),
    Action("follow", "alt+e", "Follow the end", "Keep the newest of the answer in sight, or stop that"),
    Action("language", "alt+u", "Language", "Choose the language and the style of the code"),
    Action("handling", "alt+y", "Handling", "Mark in the code what handles the failure, or stop that"),
    Action("address", "alt+z", "Address", "Switch the code between the lab's and the real address"),
    Action("edit_code", "f10", "Edit code", "Save the code, and open it in $EDITOR"),
    Action("next_view", "ctrl+l", "Next view", "Output, Raw, Headers, Request, Code in turn"),
    Action("copy_id", "ctrl+r", "Copy request id", "Copy the id that support asks for"),
    Action("copy_view", "alt+c", "Copy view", "Copy the open view whole"),
    Action("save_view", "f12", "Save view", "Save the open view to a file"),
    Action("automatic", "alt+r", "Automatic retry", "Turn automatic retry on or off"),
    Action("help", "f1", "Help", "Every key", footer=True),
)

POSSIBLE: dict[str, Callable[[Sheet], bool]] = {
    "send": lambda sheet: not sheet.busy,
    "cancel": lambda sheet: sheet.busy,
    "again": lambda sheet: sheet.sent is not None or sheet.waiting is not None,
    "stop_repeating": lambda sheet: sheet.waits_to_repeat,
    "paste": lambda sheet: not sheet.busy,
    "apply_fix": lambda sheet: sheet.fix is not None,
    "messages": lambda sheet: sheet.kind is Kind.TEXT,
    "more": lambda sheet: any(slot.place is Place.MORE for slot in slots_of(sheet.draft)),
    "answer_call": lambda sheet: not sheet.busy and bool(sheet.calls),
    "look": lambda sheet: sheet.kind is Kind.IMAGE and sheet.has_file,
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


def key_name(key: str) -> str:
    """A key as a person reads it: ^s, F8, alt c."""
    if key.startswith("f") and key[1:].isdigit():
        return key.upper()
    for long, short in KEY_NAMES.items():
        key = key.replace(long, short)
    return key


def key_of(name: str) -> str:
    """The key of an action, as a person reads it."""
    return next(key_name(action.key) for action in ACTIONS if action.name == name)
