"""The volume's lexicons: whether they can be read."""

from __future__ import annotations

from pathlib import Path

from wordlight.doctor._finding import Complaint, Finding, State, absent, fine
from wordlight.errors import WordlightError
from wordlight.lexicons import lexicon_file, lexicon_languages, read_lexicon

LEXICON_BROKEN = Complaint(
    "LEXICON_BROKEN",
    State.WARNING,
    "{reason}",
    "A server passes the whole lexicon over, with a warning in every answer, and says its words as "
    "they are written.",
    "mend that line in {path}, or write it anew with wordlight lexicon import",
)


def check_lexicons(volume: Path) -> Finding:
    """The first lexicon that is broken, or how many entries there are."""
    found: list[str] = []
    for language in lexicon_languages(volume):
        path = lexicon_file(volume, language)
        try:
            lexicon = read_lexicon(volume, language)
        except WordlightError as error:
            return LEXICON_BROKEN.found("lexicons", reason=error, path=path)
        except OSError as error:
            reason = f"{path} cannot be read: {error.strerror}"
            return LEXICON_BROKEN.found("lexicons", reason=reason, path=path)
        found.append(f"{language} ({len(lexicon):,})")
    return fine("lexicons", ", ".join(found)) if found else absent("lexicons", "none")
