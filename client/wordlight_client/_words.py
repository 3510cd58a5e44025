"""The name of a tensor in an error message: Python callers see the argument that carries it.

Callers of the raw protocol see the tensor's own name. This module has the only table of which
argument carries which tensor. ``_option_words`` finds the option of a command that carries the
argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from wordlight.contract import (
    CAPTION,
    CHECKS,
    F5_TTS,
    NARRATE_PUBLISH,
    NARRATE_STREAM,
    SUBTITLES,
    VOICES,
    WHISPERX,
)
from wordlight.errors import (
    InvalidInput,
    SilentSpeech,
    UnknownLanguage,
    UnknownVoice,
    WordlightError,
)

OPTION_FIELDS = {"steps": "nfe_steps", "duration_s": "duration", "expires_s": "expires"}
"""Arguments whose name differs from the field of their tensor, with that field."""
_CARRIED = {
    "REFERENCE_AUDIO": "voice",
    "REFERENCE_RATE": "voice",
    "AUDIO": "recording",
    "SAMPLE_RATE": "recording",
    **dict.fromkeys(("STARTS/ENDS", "STARTS", "ENDS", "SCORES", "ORIGINS"), "words"),
}
"""Tensors that are carried by an argument of another meaning."""
_NOT_ARGUMENTS = {"TASK", "CHECKED", "READING", "CHUNK_STARTS", "CHUNK_WORDS"}
"""Tensors that models send each other."""
REFUSALS = (InvalidInput, UnknownVoice, UnknownLanguage, SilentSpeech)
IN_TENSORS = "in_tensors"
"""The attribute of an error that keeps its sentence and remedy as the server worded them."""

_QUOTED = r"""(?<!\w)'(?:[^'\\]|\\.)*'(?!\w)|(?<!\w)"(?:[^"\\]|\\.)*"(?!\w)"""
_NEEDS = re.compile(
    r"(?P<missing>[A-Z_]+) is missing: (?P<needs>[A-Z_]+ needs (?!it\b).+)", re.DOTALL
)


def _arguments() -> Mapping[str, str]:
    fields = {field: name for name, field in OPTION_FIELDS.items()}
    called = (
        NARRATE_PUBLISH, NARRATE_STREAM, CAPTION, CHECKS, F5_TTS, WHISPERX, SUBTITLES, VOICES
    )  # fmt: skip
    tensors = {tensor.name: tensor for spec in called for tensor in spec.inputs}
    own = {name: fields.get(tensor.field, tensor.field) for name, tensor in tensors.items()}
    return {n: a for n, a in (own | _CARRIED).items() if n not in _NOT_ARGUMENTS}


ARGUMENTS = _arguments()
"""Each tensor that a caller can set → the argument of the Python methods that carries it."""
_NAMES = re.compile(
    rf"{_QUOTED}|\b(?P<name>{'|'.join(sorted(ARGUMENTS, key=len, reverse=True))})\b"
)


def in_arguments(error: WordlightError) -> WordlightError:
    """The error with arguments' names instead of tensors', if it refuses a caller's request."""
    if not isinstance(error, REFUSALS):
        return error
    sentence, remedy = in_tensors(error)
    renamed = error.reworded(said(sentence, ARGUMENTS, {}), said(remedy, ARGUMENTS, {}))
    vars(renamed)[IN_TENSORS] = sentence, remedy
    return renamed


def in_tensors(error: WordlightError) -> tuple[str, str]:
    """An error's sentence and remedy with the tensors' names."""
    sentence, remedy = vars(error).get(IN_TENSORS, (str(error), error.remedy))
    return sentence, remedy


@contextmanager
def refused_by_argument() -> Iterator[None]:
    """Makes errors that name tensors into errors that name arguments."""
    try:
        yield
    except REFUSALS as error:
        raise in_arguments(error) from None


def said(sentence: str, words: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The sentence with tensors' names replaced by ``words``; quoted text stays as it is.

    If the sentence reports a missing input, that input moves to the end, with its value.
    """
    end = ""
    if needs := _NEEDS.fullmatch(sentence):
        missing = words.get(needs["missing"], needs["missing"])
        sentence, end = needs["needs"], f": {missing} {values.get(missing, '')}".rstrip()

    def word(found: re.Match[str]) -> Any:
        return words[found["name"]] if found["name"] else found[0]

    return _NAMES.sub(word, sentence) + end
