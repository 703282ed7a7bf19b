"""The README's table of failure modes: `python tests/readme.py` writes it anew, between its two marks."""

from pathlib import Path

import cometplay
from cometplay.failures import guide
from cometplay.failures.catalogue import CATALOGUE

README = Path(cometplay.__file__).parents[1] / "README.md"
BEGIN = "<!-- modes: written by tests/readme.py -->\n"
END = "<!-- end of modes -->\n"


def renewed(text: str) -> str:
    """The README's text with the table of the catalogue as it is now. Raises ValueError without the marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the README has lost its marks {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{guide.table(CATALOGUE)}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8")), "utf-8")
