"""Lines that are told anew at every news, and that mostly say what they said before."""

from textual.content import Content
from textual.widgets import Static


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
