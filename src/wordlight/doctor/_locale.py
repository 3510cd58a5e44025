"""The locale: whether paths and output keep all their characters."""

from __future__ import annotations

import codecs
import sys

from wordlight.doctor._finding import Finding, fine, wrong
from wordlight.errors import LocaleNarrow


def check_locale() -> Finding:
    """Whether the encodings of paths and standard output are UTF-8, as they usually are."""
    for what, encoding in (
        ("the encoding of paths", sys.getfilesystemencoding()),
        ("the encoding of standard output", getattr(sys.stdout, "encoding", None) or "utf-8"),
    ):
        if codecs.lookup(encoding).name != "utf-8":
            return wrong("locale", LocaleNarrow(what=what, encoding=encoding))
    return fine("locale", "paths and output are UTF-8")
