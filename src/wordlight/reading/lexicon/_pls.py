"""Lexicons in the form of the W3C's Pronunciation Lexicon Specification 1.0.

Source: https://www.w3.org/TR/pronunciation-lexicon/
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from wordlight.reading._xml import Document
from wordlight.reading.lexicon._entries import Entry
from wordlight.reading.lexicon._lexicon import Lexicon
from wordlight.reading.lexicon._text import check_count, check_size

DEEPEST = 16
_LANGUAGE = re.compile(r"\s*(?P<base>[A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*\s*")
_IN = {
    "lexicon": "",
    "lexeme": "lexicon",
    "grapheme": "lexeme",
    "phoneme": "lexeme",
    "alias": "lexeme",
    "example": "lexeme",
}
"""The parent of each element that is read."""
_PASSED_OVER = frozenset({"meta", "metadata", "example"})
"""Elements that are skipped, together with their content."""


def is_pls(text: str) -> bool:
    """Whether a text is meant to be PLS. It then begins with ``<``, as no entry on a line does.

    >>> is_pls("  <lexicon>"), is_pls("Nguyen = win")
    (True, False)
    """
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def parse_pls(text: str, field: str = "LEXICON") -> Lexicon:
    """The lexicon of a PLS document. Its language is that of ``xml:lang``.

    Of the pronunciations of a lexeme, the one with ``prefer="true"`` is taken, or else the first.
    If several lexemes have the same grapheme, the first is taken. Phonemes are IPA, and roles are
    ignored. A DTD, entities other than XML's own, and deep nesting are refused.

    Raises:
        InvalidInput: The text is not PLS, or an element is wrong. The message names the line.
        TooLong: The text has too much of something. The message names the limit.

    >>> parse_pls('<lexicon xml:lang="en-US" alphabet="ipa"><lexeme><grapheme>Nguyen</grapheme>'
    ...           '<alias>win</alias></lexeme></lexicon>').entries
    (Entry(word='Nguyen', respelling='win', phonemes=''),)
    """
    check_size(text, field)
    document = _Pls(field)
    document.parse(text.strip("\ufeff \t\r\n"))
    return Lexicon.of([*document.entries.values()], document.language)


class _Pls(Document):
    form, preposition = "PLS", "in"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.entries: dict[str, Entry] = {}
        self.language = ""
        self._alphabet = ""
        self._open: list[str] = []
        self._n_passed_over = 0
        self._text: list[str] = []
        self._graphemes: list[str] = []
        self._said: list[tuple[bool, bool, str]] = []
        self._attributes: Mapping[str, str] = {}

    def place(self, line: int, column: int) -> str:
        return f"line {line}"

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2]
        if len(self._open) >= DEEPEST:
            raise self.refusal(f"nests elements deeper than {DEEPEST}")
        parent = self._open[-1] if self._open else ""
        self._open.append(local)
        if self._n_passed_over or (local in _PASSED_OVER and self._open[:-1]):
            self._n_passed_over += 1
            return
        if _IN.get(local) != parent:
            raise self.refusal(f"has <{name[:40]}> where PLS has none")
        self._attributes = attributes
        self._text = []
        if local == "lexicon":
            self._begin()
        elif local == "lexeme":
            self._graphemes, self._said = [], []

    def _begin(self) -> None:
        self._alphabet = self._attributes.get("alphabet", "ipa")
        tag = self._attributes.get("xml:lang", "")
        match = _LANGUAGE.fullmatch(tag)
        if tag.strip() and match is None:
            raise self.refusal(f"has the language {tag[:20]!r}", "give a tag such as en-US")
        self.language = match["base"].lower() if match else ""

    def characters(self, content: str) -> None:
        if not self._n_passed_over:
            self._text.append(content)

    def end(self, name: str) -> None:
        local = self._open.pop()
        if self._n_passed_over:
            self._n_passed_over -= 1
        elif local == "grapheme":
            self._graphemes.append("".join(self._text))
        elif local in ("phoneme", "alias"):
            self._end_said(is_ipa=local == "phoneme")
        elif local == "lexeme":
            self._end_lexeme()

    def _end_said(self, *, is_ipa: bool) -> None:
        alphabet = self._attributes.get("alphabet", self._alphabet)
        if is_ipa and alphabet.lower() != "ipa":
            raise self.refusal(f"has phonemes in {alphabet[:30]!r}", "give them in ipa")
        is_preferred = self._attributes.get("prefer") == "true"
        self._said.append((is_preferred, is_ipa, "".join(self._text)))

    def _end_lexeme(self) -> None:
        if not self._graphemes or not self._said:
            raise self.refusal("has a lexeme without a grapheme, or that tells nothing to say")
        _, is_ipa, said = max(self._said, key=lambda one: one[0])
        for word in self._graphemes:
            make = Entry.of_ipa if is_ipa else Entry.of_respelling
            entry = make(word, said, self.field, f"in {self.here}")
            self.entries.setdefault(entry.key, entry)
        check_count(len(self.entries), self.field)
