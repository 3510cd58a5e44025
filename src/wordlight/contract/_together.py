"""Checks of inputs that must fit each other."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import Any

from wordlight.contract._catalogue import LONGEST_REFERENCE_S, SHORTEST_REFERENCE_S
from wordlight.contract._limits import read_limits
from wordlight.errors import InvalidInput, MissingInput, OutOfRange


def check_together(given: Mapping[str, Any]) -> None:
    """Checks that a request's values fit each other. Each is valid by itself already.

    ``given`` maps ``TensorSpec.field`` to the value.

    Raises:
        InvalidInput: Two values do not fit each other, or one needs another that is missing.
    """
    voice, audio, rate_hz, text = (
        given.get(name) for name in ("voice", "reference_audio", "reference_rate", "reference_text")
    )
    check_source(voice, audio, rate_hz, text)
    if audio is not None and rate_hz is not None:
        check_reference_length(len(audio), rate_hz)
    check_custom(given.get("profile"), read_limits(given.get("limits")))
    if given.get("lexicon") is not None:
        check_script(given.get("text"), given.get("transcript"))
    if "words" in given and given.get("speakers") is not None:
        check_count("SPEAKERS", given["speakers"], len(given["words"]))


def check_source(
    voice: str | None, audio: Sized | None, rate_hz: int | None, text: str | None
) -> None:
    """Checks that a request does not give two voices, and that a recorded voice is complete.

    Raises:
        InvalidInput: A ready voice and a recording are both given.
        MissingInput: A recording lacks its rate, or there is a rate or a text without a recording.
    """
    if audio is None:
        if text is not None:
            raise MissingInput("REFERENCE_AUDIO", "REFERENCE_TEXT needs a recording")
        if rate_hz is not None:
            raise MissingInput("REFERENCE_AUDIO", "REFERENCE_RATE is given")
    elif voice is not None:
        raise InvalidInput("VOICE", "and REFERENCE_AUDIO are both given", "choose one")
    elif rate_hz is None:
        raise MissingInput("REFERENCE_RATE", "REFERENCE_AUDIO needs it")


def check_script(text: str | None, transcript: str | None) -> None:
    """Checks that a lexicon comes with a script.

    Raises:
        MissingInput: There is neither a text nor a transcript.
    """
    if text is None and transcript is None:
        raise MissingInput("TRANSCRIPT", "LEXICON needs the script whose words it says")


def check_reference_length(n_samples: int, rate_hz: int) -> None:
    """Checks the length of a recorded voice.

    Raises:
        OutOfRange: The recording is too short or too long.
    """
    seconds, low, high = n_samples / rate_hz, SHORTEST_REFERENCE_S, LONGEST_REFERENCE_S
    if not low <= seconds <= high:
        raise OutOfRange("REFERENCE_AUDIO", round(seconds, 2), low, high, "s")


def check_custom(profile: str | None, limits: Mapping[str, Any] | None) -> None:
    """Checks that the profile ``custom`` comes with limits.

    Raises:
        MissingInput: It comes without any.
    """
    if profile == "custom" and not limits:
        raise MissingInput("LIMITS", "PROFILE is custom")


def check_count(field: str, values: Sized, n_words: int) -> None:
    """Checks that there is one value for each word.

    Raises:
        InvalidInput: There are more values than words, or fewer.
    """
    if len(values) != n_words:
        raise InvalidInput(field, f"has {len(values)} elements; WORDS has {n_words}")
