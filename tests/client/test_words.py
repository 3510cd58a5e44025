"""A refusal uses the caller's terms: arguments in Python, options on the command line."""

from __future__ import annotations

import pickle
from typing import Any

import click
import numpy as np
import pytest
from wordlight_client import _calls
from wordlight_client._results import Subtitles
from wordlight_client._words import ARGUMENTS, in_arguments
from wordlight_client.commands._option_words import in_options, options_of
from wordlight_client.commands._summary import caption_rows
from wordlight_client.commands.caption import caption
from wordlight_client.commands.demo import demo
from wordlight_client.commands.looks import looks
from wordlight_client.commands.narrate import narrate
from wordlight_client.commands.voices import list_voices, try_voice
from wordlight_client.transport._address import Address
from wordlight_client.transport._failures import failure

from wordlight.audio import Clip
from wordlight.contract import (
    CAPTION,
    MODELS,
    NARRATE,
    NARRATE_PUBLISH,
    NARRATE_STREAM,
    SUBTITLE_FORMATS,
    Dtype,
    TensorSpec,
)
from wordlight.errors import (
    BadAnswer,
    InvalidInput,
    MissingInput,
    SilentSpeech,
    UnknownVoice,
    WordlightError,
)

STYLE = {
    "LOOK": "--look", "MODE": "--mode", "PROFILE": "--profile", "LIMITS": "--limits",
    "KARAOKE": "--karaoke", "PRESET": "--preset", "STYLE": "--style", "LANGUAGE": "--language",
    "WIDTH": "the width of --size", "HEIGHT": "the height of --size",
}  # fmt: skip
NARRATED = {
    **STYLE, "TEXT": "SCRIPT", "VOICE": "--voice", "REFERENCE_AUDIO": "--voice",
    "REFERENCE_RATE": "--voice", "REFERENCE_TEXT": "--ref-text", "SPEED": "--speed",
    "NFE_STEPS": "--steps", "CFG_STRENGTH": "--cfg-strength", "SWAY": "--sway", "SEED": "--seed",
    "LEXICON": "--lexicon", "SPEAKERS": "--cast", "CHECK": "--check", "TRIES": "--tries",
    "RESUME": "--resume", "DESTINATION": "--publish", "KEY": "--key",
    "AUDIO_FORMAT": "--audio-format", "EXPIRES": "--expires",
}  # fmt: skip
CAPTIONED = {
    **STYLE, "AUDIO": "RECORDING", "SAMPLE_RATE": "RECORDING", "TRANSCRIPT": "--script",
    "LEXICON": "--lexicon", "SPEAKERS": "--speakers",
}  # fmt: skip
SET_BY: list[tuple[click.Command, dict[str, str]]] = [
    (narrate, NARRATED),
    (caption, CAPTIONED),
    (looks, {**STYLE, "TEXT": "TEXT"}),
    (try_voice, {"VOICE": "NAME", "TEXT": "--text", "LANGUAGE": "--language"}),
    (list_voices, {"LANGUAGE": "--language"}),
    (demo, {"TEXT": "SCRIPT", "VOICE": "--voice", "REFERENCE_AUDIO": "--voice", "SEED": "--seed"}),
]
ROWS = [(of, tensor, flag) for of, flags in SET_BY for tensor, flag in flags.items()]
INTERNAL = {"CHECKED", "READING", "CHUNK_STARTS", "CHUNK_WORDS"}


@pytest.mark.parametrize(
    ("of", "tensor", "flag"), ROWS, ids=[f"{of.name} {tensor}" for of, tensor, _ in ROWS]
)
def test_a_refusal_names_the_option_that_carries_the_tensor(
    of: click.Command, tensor: str, flag: str
) -> None:
    own, told = InvalidInput(tensor, "is wrong"), in_arguments(InvalidInput(tensor, "is wrong"))

    assert str(in_options(own, of)) == str(in_options(told, of)) == f"{flag} is wrong"


@pytest.mark.parametrize(
    ("spec", "flags"),
    [(NARRATE, NARRATED), (NARRATE_STREAM, NARRATED), (NARRATE_PUBLISH, NARRATED),
     (CAPTION, CAPTIONED)],
    ids=lambda it: getattr(it, "name", ""),
)  # fmt: skip
def test_every_input_of_what_a_command_calls_has_an_option(
    spec: Any, flags: dict[str, str]
) -> None:
    assert {tensor.name for tensor in spec.inputs} - INTERNAL <= flags.keys()


def test_every_input_that_is_nobodys_argument_is_one_that_models_send_each_other() -> None:
    inputs = {tensor.name for spec in MODELS for tensor in spec.inputs}

    assert inputs - ARGUMENTS.keys() == INTERNAL | {
        "TASK", "ID", "ASS", "SRT", "VTT", "VTT_HIGHLIGHT", "TTML", "JSON", "LRC", "REPORT"
    }  # fmt: skip


WRONG: dict[str, Any] = {"limits": "{", "style": "{", "destination": "nowhere", "key": "../a"}


def wrong_value(tensor: TensorSpec) -> Any:
    """A value that the tensor's limits refuse."""
    if tensor.field in WRONG:
        return WRONG[tensor.field]
    if tensor.choices:
        return "none of these"
    if tensor.dtype is Dtype.STRING:
        assert tensor.max_length is not None
        return "a" * (tensor.max_length + 1)
    assert tensor.high is not None
    return int(tensor.high) + 1 if tensor.high < 2**62 else -1


REFUSED = [
    tensor
    for tensor in NARRATE_PUBLISH.inputs
    if tensor.name not in {"REFERENCE_AUDIO", "REFERENCE_RATE", "SPEAKERS"}
]


@pytest.mark.parametrize("tensor", REFUSED, ids=lambda tensor: tensor.name)
def test_a_wrong_value_from_python_is_refused_by_its_argument(tensor: TensorSpec) -> None:
    argument = ARGUMENTS[tensor.name]
    options: Any = {"text": "Hi.", "destination": "s3://films", argument: wrong_value(tensor)}

    with pytest.raises(InvalidInput) as caught:
        _calls.narrate_publish(**options)

    assert str(caught.value).startswith(f"{argument} ")
    assert tensor.name not in str(caught.value)
    assert str(in_options(caught.value, narrate)).startswith(f"{NARRATED[tensor.name]} ")


def test_a_recorded_voice_that_is_too_short_is_the_voice() -> None:
    clip = Clip(np.zeros(1_200, np.float32), 24_000)

    with pytest.raises(InvalidInput) as caught:
        _calls.speak("Hi.", voice=clip)

    assert str(caught.value) == "voice is 0.05 s; it must be from 1 to 15 s"
    assert str(in_options(caught.value, narrate)) == "--voice is 0.05 s; it must be from 1 to 15 s"


def test_what_is_missing_is_shown_as_it_would_be_given() -> None:
    with pytest.raises(MissingInput) as text:
        _calls.speak("Hi.", reference_text="So.")
    with pytest.raises(MissingInput) as limits:
        _calls.narrate("Hi.", profile="custom")
    lexicon = MissingInput("TRANSCRIPT", "LEXICON needs the script whose words it says")

    assert str(text.value) == "reference_text needs a recording: voice"
    assert str(in_options(text.value, narrate)) == "--ref-text needs a recording: --voice me.wav"
    assert str(in_options(limits.value, narrate)) == "--limits is missing: --profile is custom"
    assert str(in_options(lexicon, caption)) == (
        "--lexicon needs the script whose words it says: --script FILE"
    )


@pytest.mark.parametrize(
    ("error", "in_python", "in_a_shell"),
    [
        (InvalidInput("STYLE", "has no field 'TEXT'; it's the look's \"LOOK\""),
         "style has no field 'TEXT'; it's the look's \"LOOK\"",
         "--style has no field 'TEXT'; it's the look's \"LOOK\""),
        (UnknownVoice("SPEED", ("emma",), "line 1"),
         "voice 'SPEED' at line 1 of text is not known here; there are: emma",
         "--voice 'SPEED' at line 1 of SCRIPT is not known here; there are: emma"),
        (SilentSpeech("A TEXT", 3),
         "text came out silent 3 times at 'A TEXT'",
         "SCRIPT came out silent 3 times at 'A TEXT'"),
        (BadAnswer("the answer of f5_tts breaks the contract: it lacks AUDIO"),
         "the answer of f5_tts breaks the contract: it lacks AUDIO",
         "the answer of f5_tts breaks the contract: it lacks AUDIO"),
    ],
    ids=["quotes stay", "a place", "advice", "an answer"],
)  # fmt: skip
def test_a_servers_refusal_is_told_in_the_callers_words(
    error: WordlightError, in_python: str, in_a_shell: str
) -> None:
    told = failure(f"in ensemble 'narrate', {error.wire}", "400", Address("http", "h:1"))

    assert str(told) == in_python
    assert str(in_options(told, narrate)) == in_a_shell
    assert str(in_options(pickle.loads(pickle.dumps(told)), narrate)) == in_a_shell


def test_a_warning_of_the_report_names_the_option() -> None:
    told = "LEXICON is for 'de' and the text is in 'en'"

    texts = {each.name: "" for each in SUBTITLE_FORMATS}
    answer = Subtitles(**texts, report={"warnings": [told]})

    with click.Context(narrate):
        rows = dict(caption_rows(answer))

    assert rows["warnings"] == "--lexicon is for 'de' and the text is in 'en'"


def test_an_option_of_another_command_is_called_as_in_python() -> None:
    assert options_of(try_voice)["SEED"] == "seed"
