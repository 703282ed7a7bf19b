"""Files of the person's that go with a request. Reading one blocks: beside a screen it is for a thread."""

import mimetypes
from pathlib import Path

from cometplay.core.drafts import Attachment


def attachment(field: str, path: Path) -> Attachment:
    """The file, whole, for a form field; its type is told by its name. Raises OSError."""
    mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Attachment(field, str(path), path.name, mime, path.read_bytes())
