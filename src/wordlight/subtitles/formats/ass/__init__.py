"""Advanced SubStation Alpha: events that libass draws, with karaoke tags that light the words.

    caption ─► Written (its words, set in a look) ─► events of each mode ─► rows of a file

Importing this package needs no library. ``ass`` is imported when a header is written.
"""

from wordlight.subtitles.formats.ass._events import LETTER_LAYER
from wordlight.subtitles.formats.ass._file import events, header, write
from wordlight.subtitles.formats.ass._karaoke import states, syllables
from wordlight.subtitles.formats.ass._keywords import keyword_colours

__all__ = [
    "LETTER_LAYER",
    "events",
    "header",
    "keyword_colours",
    "states",
    "syllables",
    "write",
]
