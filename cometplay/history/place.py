"""Where the history stands, told without opening it: most starts have none, and need no database."""

from pathlib import Path

FILE = "history.db"


def folder_of_person() -> Path:
    """Where a program's own data belongs on this system."""
    import platformdirs  # noqa: PLC0415  it takes long to load

    return platformdirs.user_data_path("cometplay", appauthor=False)


def is_kept() -> bool:
    """Whether anything was kept by an earlier start."""
    return (folder_of_person() / FILE).exists()
