"""The volume's lexicons: whether they can be read."""

from __future__ import annotations

from pathlib import Path

from wordlight.doctor._finding import Finding, absent, fine, wrong
from wordlight.errors import LexiconBroken, WordlightError
from wordlight.lexicons import lexicon_file, lexicon_languages, read_lexicon


def check_lexicons(volume: Path) -> Finding:
    """The finding on the first broken lexicon; if none is broken, how many entries each has."""
    found: list[str] = []
    for language in lexicon_languages(volume):
        path = lexicon_file(volume, language)
        try:
            lexicon = read_lexicon(volume, language)
        except WordlightError as error:
            return wrong("lexicons", LexiconBroken(reason=error, path=path))
        except OSError as error:
            reason = f"{path} cannot be read: {error.strerror}"
            return wrong("lexicons", LexiconBroken(reason=reason, path=path))
        found.append(f"{language} ({len(lexicon):,})")
    return fine("lexicons", ", ".join(found)) if found else absent("lexicons", "none")
