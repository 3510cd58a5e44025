"""Which words of a script are missing from what Whisper transcribes."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from wordlight.errors import EmptyText
from wordlight.reading import Reading, read_script


def unheard(reading: Reading, heard: str) -> list[int]:
    """The indices of the words that should be said but are missing from the transcript ``heard``.

    The script and the transcript are compared as they are said, so that "5" equals "five", and
    also as they are written, so that "12.30" equals "12:30".

    >>> from wordlight.reading import read_script
    >>> unheard(read_script("He has 5 red apples at 12:30."), "He has five bread apples at 12.30.")
    [3]
    """
    other = _read(heard, reading.language)
    said, found = _said(reading), _said(other) if other else []
    letters, others = [word for word, _ in said], [word for word, _ in found]
    matcher = SequenceMatcher(None, letters, others, autojunk=False)
    is_heard = [False] * len(letters)
    for _, first, stop, from_heard, to_heard in matcher.get_opcodes():
        # "every one" for "everyone": the same letters, cut into words in another way.
        is_same = "".join(letters[first:stop]) == "".join(others[from_heard:to_heard])
        if not is_same and other is not None:
            written = _written(reading, said[first:stop])
            is_same = written == _written(other, found[from_heard:to_heard]) != ""
        is_heard[first:stop] = [is_same] * (stop - first)
    lost = {index for (_, index), there in zip(said, is_heard, strict=True) if not there}
    return sorted(lost)


def _written(reading: Reading, said: Sequence[tuple[str, int]]) -> str:
    """The letters and digits of the written words that the spoken ones belong to."""
    indices = sorted({index for _, index in said})
    return "".join(_plain(reading.words[index].text) for index in indices)


def _said(reading: Reading) -> list[tuple[str, int]]:
    """Each spoken word, with the index of the written word that it belongs to."""
    return [
        (letters, index)
        for index, word in enumerate(reading.words)
        for said in word.said
        if (letters := _plain(said))
    ]


def _read(heard: str, language: str) -> Reading | None:
    try:
        return read_script(heard, language, is_heard=True)
    except EmptyText:
        return None


def _plain(said: str) -> str:
    return "".join(letter for letter in said.lower() if letter.isalnum())
