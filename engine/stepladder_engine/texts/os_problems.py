"""What the operating system does not do, in the reader's language."""

from __future__ import annotations

import errno

from stepladder_engine.texts.catalogue import Phrase

_PHRASES = {
    errno.ENOENT: Phrase("os.missing"),
    errno.EACCES: Phrase("os.no_permission"),
    errno.EISDIR: Phrase("os.folder"),
    errno.ENOTDIR: Phrase("os.no_folder"),
    # A folder cannot be made where a file of its name is.
    errno.EEXIST: Phrase("os.no_folder"),
    errno.ENOSPC: Phrase("os.full"),
    errno.EROFS: Phrase("os.read_only"),
}


def os_problem(error: Exception) -> Phrase | str:
    """Give what went wrong as a phrase; what is rare, or no such error, in its own words."""
    known = _PHRASES.get(getattr(error, "errno", None) or 0)
    return known or getattr(error, "strerror", None) or str(error)
