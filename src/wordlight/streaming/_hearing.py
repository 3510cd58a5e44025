"""Which words of a script Whisper does not hear in what was spoken."""

from __future__ import annotations

from difflib import SequenceMatcher

from wordlight.errors import EmptyText
from wordlight.reading import Reading, read_script


def unheard(reading: Reading, heard: str) -> list[int]:
    """The indices of the words that are to be said and are not heard.

    Both are compared as they are said, so that "5" is "five".

    >>> from wordlight.reading import read_script
    >>> unheard(read_script("He has 5 red apples."), "He has five bread apples.")
    [3]
    """
    said = _said(reading)
    letters = [word for word, _ in said]
    found = _letters(heard, reading.language)
    matcher = SequenceMatcher(None, letters, found, autojunk=False)
    is_heard = [False] * len(letters)
    for _, first, stop, from_heard, to_heard in matcher.get_opcodes():
        # "every one" for "everyone": the same letters, parted otherwise.
        is_same = "".join(letters[first:stop]) == "".join(found[from_heard:to_heard])
        is_heard[first:stop] = [is_same] * (stop - first)
    lost = {index for (_, index), there in zip(said, is_heard, strict=True) if not there}
    return sorted(lost)


def _said(reading: Reading) -> list[tuple[str, int]]:
    """Each spoken word with the index of the written one that it belongs to."""
    return [
        (letters, index)
        for index, word in enumerate(reading.words)
        for said in word.said
        if (letters := _plain(said))
    ]


def _letters(heard: str, language: str) -> list[str]:
    try:
        return [letters for letters, _ in _said(read_script(heard, language))]
    except EmptyText:
        return []


def _plain(said: str) -> str:
    return "".join(letter for letter in said.lower() if letter.isalnum())
