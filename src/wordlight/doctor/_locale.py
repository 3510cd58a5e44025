"""The locale, as far as it matters: whether paths and answers keep their characters."""

from __future__ import annotations

import codecs
import sys

from wordlight.doctor._finding import Complaint, Finding, State, fine

LOCALE_NARROW = Complaint(
    "LOCALE_NARROW",
    State.WARNING,
    "{what} is {encoding}, not UTF-8",
    "Paths and messages with other characters are shown with substitutes, or are not found. Texts, "
    "subtitles and what the server answers are UTF-8 everywhere and do not suffer.",
    "unset PYTHONIOENCODING, PYTHONUTF8 and PYTHONCOERCECLOCALE; or set LC_ALL=C.UTF-8",
)


def check_locale() -> Finding:
    """The encodings of paths and of standard output; both are UTF-8 unless somebody forbids it."""
    for what, encoding in (
        ("the encoding of paths", sys.getfilesystemencoding()),
        ("the encoding of standard output", getattr(sys.stdout, "encoding", None) or "utf-8"),
    ):
        if codecs.lookup(encoding).name != "utf-8":
            return LOCALE_NARROW.found("locale", what=what, encoding=encoding)
    return fine("locale", "paths and output are UTF-8")
