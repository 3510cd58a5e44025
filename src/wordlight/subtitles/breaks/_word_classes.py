"""Classes of English words, guessed from each word's spelling alone."""

from __future__ import annotations

from functools import lru_cache

from wordlight.subtitles.languages import plain

_MEMBERS = {
    "article": "the a an",
    "possessive": "my your his its our their",
    "determiner": "this these those every each another any some no all both such",
    "of": "of",
    "to": "to",
    "preposition": """in on at by for with from into onto upon about over under between through
        during before after against among within without toward towards across behind beyond near
        since until inside outside like as than per via around along off up down out away back""",
    "and": "and or",
    "conjunction": """but so because if when while where although though whereas whether unless
        once then""",
    "that": "that",
    "question": "who whom whose which what how why",
    "subject": """i we he she they i'm i've i'd i'll we're we've we'll we'd they're they've they'll
        he's she's he'll""",
    "you": """you it you're you'll you've you'd it's it'll there there's that's here here's
        let's""",
    "object": "me him us them myself yourself itself himself themselves her",
    "be": "is are was were be been being am isn't aren't wasn't weren't",
    "have": "have has had having haven't hasn't hadn't",
    "auxiliary": """will would can could shall should may might must can't couldn't won't wouldn't
        shouldn't do does did don't doesn't didn't gonna cannot""",
    "not": "not never",
    "adverb": """very really just too more most quite rather pretty almost always only even also
        still already actually kind sort bit little much many""",
    "number": "one two three four five six seven eight nine ten hundred thousand million",
    "filler": "um uh well okay yeah yes right",
}
_ENDINGS = (
    ("-ly", 5, ("ly",)),
    ("-ing", 5, ("ing",)),
    ("-ed", 5, ("ed",)),
    ("adjective", 6, ("ous", "ful", "ive", "ible", "able", "less", "ary", "ish", "ic", "al")),
)  # fmt: skip
"""For each class: its name, the fewest letters of its words, and their endings."""
_SHORT = 5
"""The most letters of a word in the class ``short``."""
MARKS = ("sentence", "clause")
"""Classes of punctuation. A mark after a word gives the word this class instead of its own."""
CLASSES = (
    *MARKS, *_MEMBERS, "name", *(name for name, *_ in _ENDINGS), "plural", "short", "long", "none",
)  # fmt: skip
"""All classes. The first two are `wordlight.subtitles.breaks.SENTENCE` and ``CLAUSE``."""
NONE = len(CLASSES) - 1
_NUMBERS = {name: number for number, name in enumerate(CLASSES)}
_CLASS_OF = {
    word: _NUMBERS[name] for name, words in _MEMBERS.items() for word in words.split()
}  # fmt: skip


_AROUND = "\"'“”‘’()[]{}.,!?;:…-–—"
"""Punctuation around words in the captions from which the weights were learned."""


def unmarked(text: str) -> str:
    """The word without punctuation and in lower case, as in the table of weights.

    >>> unmarked("“Don’t!”")
    "don't"
    """
    return plain(text, _AROUND)


@lru_cache(maxsize=8_192)
def word_class(text: str) -> int:
    """The index of the word's class in `CLASSES`; punctuation around the word is ignored.

    >>> [CLASSES[word_class(word)] for word in ("The", "running,", "42", "Anna", "tables", "—")]
    ['article', '-ing', 'number', 'name', 'plural', 'none']
    """
    bare = unmarked(text)
    if not bare:
        return NONE
    if bare in _CLASS_OF:
        return _CLASS_OF[bare]
    return _NUMBERS[_open_class(text, bare)]


def _open_class(text: str, bare: str) -> str:
    if any(map(str.isdigit, bare)):
        return "number"
    if text.lstrip(_AROUND)[:1].isupper():
        return "name"
    for name, n_letters, endings in _ENDINGS:
        if len(bare) >= n_letters and bare.endswith(endings):
            return name
    if bare.endswith("s") and not bare.endswith("ss") and len(bare) > 3:
        return "plural"
    return "short" if len(bare) <= _SHORT else "long"
