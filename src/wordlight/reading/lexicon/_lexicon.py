"""A lexicon, whose entries are found by what is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from wordlight.reading._unspaced_text import is_unspaced
from wordlight.reading.lexicon._entries import MOST_WORDS, Entry, bare

SHORTEST_IN_CAPITALS = 4
"""Letters. "NGUYEN" in a headline is the name Nguyen, but "AI" is an initialism, not a name."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words and phrases, and how they are said. If a word has two entries, the later one counts.

    Lexicons are equal if they have the same language and entries; the hash is a stored digest.
    ``language`` is the ISO 639-1 code of the only language that the lexicon is for; empty if it is
    for all. ``warnings`` are passed on to those whose script is read with the lexicon.
    """

    entries: tuple[Entry, ...] = ()
    language: str = ""
    warnings: tuple[str, ...] = ()
    digest: str = field(init=False, repr=False, default="")
    _written: Mapping[str, Entry] = field(init=False, repr=False, default_factory=dict)
    _small: Mapping[str, Entry] = field(init=False, repr=False, default_factory=dict)
    _capitals: Mapping[str, Entry] = field(init=False, repr=False, default_factory=dict)
    _longest: Mapping[str, int] = field(init=False, repr=False, default_factory=dict)
    _unspaced: frozenset[str] = field(init=False, repr=False, default=frozenset())

    @classmethod
    def of(
        cls, entries: Sequence[Entry], language: str = "", warnings: Sequence[str] = ()
    ) -> Lexicon:
        """The lexicon of these entries, with each word once."""
        return cls(tuple({entry.key: entry for entry in entries}.values()), language, (*warnings,))

    def __post_init__(self) -> None:
        written, small, capitals, longest = {}, {}, {}, dict[str, int]()
        unspaced: set[str] = set()
        for entry in self.entries:
            key = entry.key
            folded = key.casefold()
            if key == key.lower():
                small[folded] = entry
            else:
                written[key] = entry
                if not key.isupper() and sum(map(str.isalpha, key)) >= SHORTEST_IN_CAPITALS:
                    capitals[folded] = entry
            if is_unspaced(folded):
                unspaced.add(folded[0])
            words = folded.split()
            first = bare(words[0])
            longest[first] = max(longest.get(first, 0), len(words))
        content = "\n".join(f"{entry.word} = {entry.said}" for entry in self.entries)
        digest = hashlib.sha256(f"{self.language}\n{content}".encode()).hexdigest()
        for name, value in (
            ("digest", digest),
            ("_written", written),
            ("_small", small),
            ("_capitals", capitals),
            ("_longest", longest),
            ("_unspaced", frozenset(unspaced)),
        ):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.entries)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lexicon) and self.digest == other.digest

    def lookup(self, written: str) -> Entry | None:
        """The entry of a word or phrase of a script, without the marks around it.

        An entry in lower case is found in any case. An entry with capitals is found as it is
        written; if it has at least four letters, it is found in capitals throughout, too.

        >>> names = Lexicon.of([Entry("Nguyen", "win"), Entry("Ai", "eye"), Entry("lead", "led")])
        >>> [names.lookup(word) is not None for word in ("Nguyen", "NGUYEN", "nguyen", "AI")]
        [True, True, False, False]
        >>> names.lookup("Lead")
        Entry(word='lead', respelling='led', phonemes='')
        """
        folded = written.casefold()
        found = self._written.get(written) or self._small.get(folded)
        if found is None and written.isupper():
            found = self._capitals.get(folded)
        return found

    def longest(self, first: str) -> int:
        """The most words that an entry may have which begins with ``first``; 0 if none does.

        Text without spaces may be cut anywhere within an entry, so there it is `MOST_WORDS`.
        """
        folded = first.casefold()
        if folded[:1] in self._unspaced:
            return MOST_WORDS
        return self._longest.get(folded, 0)


EMPTY = Lexicon()
Shelf = Callable[[str], Lexicon]
"""Returns the lexicon of a language, which is given by its ISO 639-1 code."""


def no_shelf(language: str) -> Lexicon:
    """The shelf without lexicons: every language has the empty one."""
    return EMPTY
