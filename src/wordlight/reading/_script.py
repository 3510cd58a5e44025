"""Makes the reading of a script."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, groupby, pairwise

from wordlight.errors import EmptyText, InvalidInput, OutOfRange
from wordlight.reading._clean_text import clean
from wordlight.reading._lines import paragraphs
from wordlight.reading._marks import SYMBOLS
from wordlight.reading._other_languages import read_foreign
from wordlight.reading._pieces import pieces_of
from wordlight.reading._placed_directions import Asked, settle
from wordlight.reading._pronunciations import pronounced
from wordlight.reading._reading import LONGEST_SILENCE_S, Reading, ReadWord, check_size
from wordlight.reading._shares import shares
from wordlight.reading._tokens import tokenise
from wordlight.reading._word_list import word_table
from wordlight.reading.directions import Directed, take_directions
from wordlight.reading.english.reader import read_english
from wordlight.reading.lexicon import EMPTY, Lexicon, Shelf, no_shelf
from wordlight.words import Ending

CACHED_SCRIPTS = 16
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*|")
LONGEST_SHOWN = 10
"""The most characters that a warning lists."""


def read_script(
    script: str,
    language: str | None = None,
    field: str = "TEXT",
    lexicon: Lexicon = EMPTY,
    shelf: Shelf = no_shelf,
    *,
    is_heard: bool = False,
) -> Reading:
    """The reading of a script: how it is read aloud.

    ``language`` is a tag such as ``en`` or ``pt-BR``. Without one, the script's letters decide, and
    Latin letters count as English. The script's own directions come first, then the ``lexicon``,
    then the ``shelf``'s lexicon for the script's language. ``is_heard`` marks the transcript of
    something said, in which directions are not looked for.

    Raises:
        InvalidInput: ``language`` is not a code, or a direction in the script is wrong.
        EmptyText: The script has nothing to say.

    >>> [word.said for word in read_script("It costs $5 million.").words]
    [('it',), ('costs',), ('five',), ('million', 'dollars')]
    """
    if language and not _TAG.fullmatch(language.strip()):
        raise InvalidInput("LANGUAGE", f"is {language!r}", "give an ISO 639-1 code such as en")
    directed = Directed(script) if is_heard else take_directions(script, field)
    code = base_language(language) or guess_language(directed.plain) or "en"
    fitting, warnings = _fitting((lexicon, shelf(code)), code)
    reading = _read(directed, code, fitting)
    _check_silences(reading, field)
    check_size(reading.words, field)
    if not any(word.said for word in reading.words):
        raise _nothing_to_say(script, field)
    return reading.warned(*warnings) if warnings else reading


def _fitting(lexicons: Sequence[Lexicon], language: str) -> tuple[tuple[Lexicon, ...], list[str]]:
    """The lexicons that have entries and fit the language; and the warnings about all of them."""
    fitting: list[Lexicon] = []
    warnings: list[str] = []
    for lexicon in lexicons:
        warnings += lexicon.warnings
        if lexicon.entries and lexicon.language not in ("", language):
            is_for = f"LEXICON is for {lexicon.language!r} and the text is in {language!r}"
            warnings.append(f"{is_for}; it is passed over")
        elif lexicon.entries:
            fitting.append(lexicon)
    return tuple(fitting), warnings


def _check_silences(reading: Reading, field: str) -> None:
    """Refuses pauses at one place that are too long in sum."""
    longest = max((word.pause_s or 0.0 for word in reading.words), default=0.0)
    if (silent_s := max(longest, reading.lead_s or 0.0)) > LONGEST_SILENCE_S:
        raise OutOfRange(f"{field}: all pauses at one place", silent_s, 0, LONGEST_SILENCE_S, "s")


def _nothing_to_say(script: str, field: str) -> EmptyText:
    if any(map(str.isalnum, script)):
        return EmptyText(field, "holds only labels and notes, of which nothing is spoken")
    return EmptyText(field)


def shown_text(script: str, reading: Reading) -> str:
    """The script as it is written; if it has directions, the text that its reading shows.

    Just taking the directions out would not do: "Anna:" after the direction to a voice is a label,
    and without the direction it may be none.
    """
    taken = take_directions(script)
    return reading.text if taken.directions and reading.words else taken.plain


def is_read_from(reading: Reading, script: str) -> bool:
    """Whether the reading has the script's words, letter by letter, with or without labels.

    The text that the reading shows counts as its script too, even if it looks like markup.

    >>> is_read_from(read_script("It costs $5."), "It costs\\n$5!")
    True
    >>> is_read_from(read_script("So"), "No"), is_read_from(read_script("ANNA: So"), "ANNA: So")
    (False, True)
    """
    shown = _letters(reading.text)
    return any(shown == _letters(text) for text in _ways_to_show(script))


def _ways_to_show(script: str) -> Iterator[str]:
    """The script as it is, without markup, and without labels too; then all without directions."""
    yield script
    texts = [script]
    with suppress(InvalidInput):  # shown text may look like wrong directions
        texts.append(take_directions(script).plain)
    for text in texts:
        written = clean(text)
        yield written
        lines = (line.text for paragraph in paragraphs(written) for line in paragraph)
        yield "".join(lines)


def _letters(text: str) -> list[str]:
    return [*filter(str.isalnum, text)]


def is_readable(script: str) -> bool:
    """Whether a script has anything to say."""
    return any(word.said for word in _read(Directed(script), guess_language(script) or "en").words)


def base_language(tag: str | None) -> str | None:
    """The language of a tag: ``en`` for ``en-US``, and None for an empty tag.

    >>> base_language("pt_BR"), base_language(" ")
    ('pt', None)
    """
    base = (tag or "").strip().lower().replace("_", "-").split("-")[0]
    return base or None


_LANGUAGES = word_table("""
    CJK zh; HIRAGANA ja; KATAKANA ja; HANGUL ko; THAI th; CYRILLIC ru; ARABIC ar; HEBREW he;
    GREEK el; DEVANAGARI hi; ARMENIAN hy; GEORGIAN ka; BENGALI bn; TAMIL ta; TELUGU te; KHMER km;
    LAO lo; MYANMAR my
""")
_LOOKED_AT = 2_000
"""How many characters of a script are looked at to find its language."""


def guess_language(script: str) -> str | None:
    """The language that a script's letters belong to; None if most are Latin, which many share.

    >>> guess_language("東京へ行く"), guess_language("Go to 東京"), guess_language("你好")
    ('ja', None, 'zh')
    """
    if script.isascii():
        return None
    letters = [c for c in script[:_LOOKED_AT] if c.isalpha()]
    names = Counter(unicodedata.name(c, "").partition(" ")[0] for c in letters)
    if not names or names.most_common(1)[0][0] == "LATIN":
        return None
    if names["HIRAGANA"] + names["KATAKANA"] > 0.1 * len(letters):
        return "ja"
    return _LANGUAGES.get(names.most_common(1)[0][0])


@lru_cache(maxsize=CACHED_SCRIPTS)
def _read(script: Directed, language: str, lexicons: tuple[Lexicon, ...] = ()) -> Reading:
    text = clean(script.text)
    settled = settle(tokenise(text, language), script.directions)
    for lexicon in lexicons:
        settled = pronounced(settled, lexicon, language)
    tokens = settled.tokens
    pieces = pieces_of(settled.as_said)
    read = read_english(pieces) if language == "en" else read_foreign(pieces, language)
    by_word: list[list[str]] = [[] for _ in tokens]
    for piece, said in zip(pieces, read.words, strict=True):
        by_word[piece.word] += said
    runs_on = _share_out(by_word, settled.asked)
    joined = {pieces[index].word for index in read.joined} - {
        after.word for before, after in pairwise(pieces) if before.word == after.word
    }
    for index, (before, after) in enumerate(pairwise(tokens), 1):
        if before.note or after.note:  # the words of a note form one group of their own
            is_one = before.note == after.note and before.ends is Ending.NONE
            (joined.add if is_one else joined.discard)(index)
    joined |= {index for index, asked in enumerate(settled.asked) if asked.is_joined}
    numbers = accumulate(int(index not in joined) for index in range(1, len(tokens)))
    words = tuple(
        ReadWord(
            token.text, tuple(parts), number, token.glue, token.ends,
            asked.speaker, asked.pause_s, asked.voice, asked.rate, asked.phonemes,
            index in runs_on,
        )
        for index, (token, parts, number, asked) in enumerate(
            zip(tokens, by_word, [0, *numbers], settled.asked, strict=False)
        )
    )  # fmt: skip
    warnings = (*script.warnings, *_unsayable(script.plain))
    return _begun(Reading(tuple(_undivided(words)), language, warnings, settled.lead_s))


def _begun(reading: Reading) -> Reading:
    """The reading with all silence before its first spoken word moved to ``lead_s``."""
    first = next((index for index, word in enumerate(reading.words) if word.said), 0)
    before = reading.words[:first]
    pauses = [word.pause_s for word in before if word.pause_s is not None]
    if not pauses:
        return reading
    silent = tuple(replace(word, pause_s=None) for word in before)
    lead_s = sum(pauses) + (reading.lead_s or 0.0)
    return replace(reading, words=silent + reading.words[first:], lead_s=lead_s)


def _share_out(by_word: list[list[str]], asked: Sequence[Asked]) -> set[int]:
    """Gives words that share a respelling their shares of it.

    Returns the indices of the words whose share runs on into the next word.
    """
    runs_on: set[int] = set()
    for index, one in enumerate(asked):
        if one.is_spelt:  # in small letters, "A" would be the article
            by_word[index] = [said.upper() if len(said) == 1 else said for said in by_word[index]]
        if one.phonemes and not by_word[index]:  # a sign: the aligner needs letters
            letters = (c for c in one.phonemes if c.isascii() and c.isalpha())
            by_word[index] = ["".join(letters) or "a"]
        if one.said and one.n_words > 1:
            for number, share in enumerate(shares(by_word[index], one.n_words), index):
                by_word[number] = list(share.said)
                if share.runs_on:
                    runs_on.add(number)
    return runs_on


def _undivided(words: Sequence[ReadWord]) -> Iterator[ReadWord]:
    """The words, with one voice and one rate in each group, and its pauses moved to its end."""
    for _, group in groupby(words, key=lambda word: word.group):
        first, *others = group
        *before, last = first, *others
        pauses = [word.pause_s for word in (first, *others) if word.pause_s is not None]
        for word in before:
            yield replace(word, pause_s=None, voice=first.voice, rate=first.rate)
        pause_s = sum(pauses) if pauses else None
        yield replace(last, pause_s=pause_s, voice=first.voice, rate=first.rate)


def _is_unsayable(character: str) -> bool:
    is_sign = unicodedata.category(character) == "So" and not character.isalnum()
    return is_sign and character not in SYMBOLS and character not in "™®©"


def _unsayable(text: str) -> list[str]:
    """A warning, if the text has characters that cannot be said, such as emoji."""
    if text.isascii():
        return []
    found = dict.fromkeys(filter(_is_unsayable, text))
    if not found:
        return []
    shown = " ".join(list(found)[:LONGEST_SHOWN])
    return [f"{shown} cannot be said and {'is' if len(found) == 1 else 'are'} passed over"]
