"""Lines that are told anew at every news, and that mostly say what they said before."""

from textual.content import Content
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.widgets import Static


def settled_size() -> Reactive[Size]:
    """A `virtual_size` that follows the layout; Textual's own has everything laid out once more for it."""
    return Reactive(Size(0, 0), repaint=False)


def fit_scrollbar(scroll: ScrollView) -> None:
    """Tells a scrollbar how long its text is; only its coming and going has the screen laid out."""
    height, room = scroll.virtual_size.height, scroll.scrollable_content_region.height
    needed = height > room
    if room and needed != scroll.show_vertical_scrollbar:  # its first layout sees to it by itself
        scroll.refresh(layout=True)
    elif needed:
        scroll.vertical_scrollbar.window_virtual_size = height


class Told(Static):
    """Plain lines that grow and shrink."""

    virtual_size = settled_size()

    def __init__(self, *, id: str) -> None:  # noqa: A002  as every widget
        super().__init__("", id=id, markup=False)


def tell(line: Static, content: Content) -> None:
    """Shows a text, unless it stands there already; only one of another size has the screen laid out."""
    before = line.content
    if isinstance(before, Content) and content.is_same(before):
        return
    line.update(content, layout=not isinstance(before, Content) or _grows(line, before, content))


def _grows(line: Static, before: Content, content: Content) -> bool:
    """Whether a text takes another room than the one before it."""
    styles, width = line.styles, line.content_size.width
    if not styles.auto_dimensions:
        return False
    rules = styles.get_rules()
    wide = styles.width is not None and styles.width.is_auto
    return wide or not width or content.get_height(rules, width) != before.get_height(rules, width)
