"""What every method of both clients sends, and how its answer is read.

Nothing here depends on how tensors travel. Their names, types and limits come from the specs. An
option has the name of its spec's ``field``, except for those in ``OPTION_FIELDS``. Error messages
name options, not tensors.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypedDict, TypeVar, Unpack

from numpy.typing import NDArray

from wordlight.contract import (
    CAPTION,
    CHECKS,
    F5_TTS,
    NARRATE,
    NARRATE_PUBLISH,
    NARRATE_STREAM,
    SUBTITLES,
    VOICES,
    WHISPERX,
    EnsembleSpec,
    ModelSpec,
    check_together,
)
from wordlight.errors import BadAnswer, InvalidInput, MissingInput
from wordlight.words import Origin, Word, check_words
from wordlight_client._mappings import Lexicon, as_sent
from wordlight_client._results import (
    Alignment,
    Captioning,
    Fields,
    Narration,
    Publication,
    Speech,
    Subtitles,
)
from wordlight_client._sounds import Recording, Voice, is_name, recorded, reference_of
from wordlight_client._voices import ReadyVoice
from wordlight_client._words import OPTION_FIELDS, refused_by_argument
from wordlight_client.scripts import Cast, dialogue, names_of

AnySpec = ModelSpec | EnsembleSpec
Tensors = dict[str, NDArray[Any]]

T = TypeVar("T")


class SpeakOptions(TypedDict, total=False):
    """How to speak, and how words are pronounced. An option left out has the server's default.

    ``cast`` has a voice for each name with which lines of the script begin; see ``dialogue``.
    """

    voice: Voice | None
    reference_text: str | None
    speed: float | None
    steps: int | None
    cfg_strength: float | None
    sway: float | None
    seed: int | None
    language: str | None
    lexicon: Lexicon | None
    cast: Cast | None


class SubtitleOptions(TypedDict, total=False):
    """How subtitles look.

    ``look`` is one name for a guideline, a mode, a way to light up, and type and colours.
    ``profile``, ``mode``, ``karaoke`` and ``preset`` each replace one of these, in this order.
    ``limits`` overrides limits of the guideline, ``style`` fields of type and colours.
    ``speakers`` has the speaker of each word.
    """

    look: str | None
    mode: str | None
    profile: str | None
    limits: Mapping[str, Any] | str | None
    karaoke: str | None
    preset: str | None
    style: Mapping[str, Any] | str | None
    width: int | None
    height: int | None
    language: str | None
    speakers: Sequence[str] | None


class NarrateOptions(SpeakOptions, SubtitleOptions, total=False):
    """How to speak, and how subtitles look."""


class PublishOptions(NarrateOptions, total=False):
    """How to narrate and publish.

    ``key`` is the name under the prefix; the same name again replaces its files. ``audio_format``
    is flac, wav, mp3 or opus. ``expires_s`` asks for signed URLs that are valid for so long.
    """

    key: str | None
    audio_format: str | None
    expires_s: int | None


class TimedOptions(SubtitleOptions, total=False):
    """How subtitles look, and the length of the clip, which no subtitle may exceed."""

    duration_s: float | None


class CaptionOptions(SubtitleOptions, total=False):
    """The script, if there is one, how its words are pronounced, and how subtitles look.

    ``cast`` has the names with which lines of the script begin; its voices are not used.
    """

    transcript: str | None
    cast: Cast | None
    lexicon: Lexicon | None


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request to one model, and the type of its answer."""

    spec: AnySpec
    tensors: Tensors
    parse: Callable[[Fields], T]

    def result(self, answer: Mapping[str, NDArray[Any]]) -> T:
        """The typed answer.

        Raises:
            BadAnswer: A tensor is missing, or a tensor breaks the contract.
        """
        try:
            outputs = [spec for spec in self.spec.outputs if spec.name in answer]
            return self.parse({spec.field: spec.decode(answer[spec.name]) for spec in outputs})
        except KeyError as error:  # a tensor that is not read may be missing
            raise self._broken(f"it lacks {str(error.args[0]).upper()}") from None
        except (InvalidInput, ValueError) as error:
            raise self._broken(str(error)) from None

    def _broken(self, how: str) -> BadAnswer:
        return BadAnswer(f"the answer of {self.spec.name} breaks the contract: {how}")


def narrate(text: str, **options: Unpack[NarrateOptions]) -> Call[Narration]:
    """Script and voice → audio, words, subtitles."""
    return Call(NARRATE, _tensors(NARRATE, {"text": text, **options}), Narration.of)


def check(text: str, **options: Unpack[NarrateOptions]) -> Call[None]:
    """Script and voice → an error if they would be refused."""
    return Call(CHECKS, _tensors(CHECKS, {"text": text, **options}), lambda fields: None)


def narrate_stream(
    text: str,
    *,
    check: bool = False,
    tries: int | None = None,
    resume: str | None = None,
    **options: Unpack[NarrateOptions],
) -> Tensors:
    """The tensors to send for a narration that comes part by part.

    Raises:
        InvalidInput: An option is invalid, or needs another one that is missing.
    """
    if tries is not None and not check:
        raise InvalidInput("tries", "says how often check may have a chunk spoken; check is off")
    how = {"check": 1 if check else None, "tries": tries, "resume": resume}
    return _tensors(NARRATE_STREAM, {"text": text, **how, **options})


def narrate_publish(
    text: str, destination: str, **options: Unpack[PublishOptions]
) -> Call[Publication]:
    """Script and voice → files under ``s3://bucket/prefix``, words."""
    fields = {"text": text, "destination": destination, **options}
    return Call(NARRATE_PUBLISH, _tensors(NARRATE_PUBLISH, fields), Publication.of)


def speak(text: str, **options: Unpack[SpeakOptions]) -> Call[Speech]:
    """Script and voice → only audio."""
    return Call(F5_TTS, _tensors(F5_TTS, {"text": text, **options}), Speech.of)


def align(
    recording: Recording,
    transcript: str,
    *,
    language: str | None = None,
    lexicon: Lexicon | None = None,
    track: int | None = None,
    cast: Cast | None = None,
) -> Call[Alignment]:
    """A recording and its script → words, timed."""
    said = {"transcript": transcript, "language": language, "lexicon": lexicon}
    fields = {**recorded(recording, track), **said, "cast": cast}
    return Call(WHISPERX, _tensors(WHISPERX, fields), Alignment.of)


def transcribe(
    recording: Recording, *, language: str | None = None, track: int | None = None
) -> Call[Alignment]:
    """A recording → its words as Whisper transcribes them, timed."""
    fields = {**recorded(recording, track), "language": language}
    return Call(WHISPERX, _tensors(WHISPERX, fields), Alignment.of)


def caption(
    recording: Recording, *, track: int | None = None, **options: Unpack[CaptionOptions]
) -> Call[Captioning]:
    """A recording → words and subtitles."""
    fields = {**recorded(recording, track), **options}
    return Call(CAPTION, _tensors(CAPTION, fields), Captioning.of)


@refused_by_argument()
def subtitle(words: Sequence[Word], **options: Unpack[TimedOptions]) -> Call[Subtitles]:
    """Words with times, and perhaps speakers → subtitles."""
    check_words(words)
    speakers = [word.speaker for word in words]
    origins = [word.origin for word in words]
    fields = {
        "words": [word.text for word in words],
        "starts": [word.start_s for word in words],
        "ends": [word.end_s for word in words],
        "scores": [word.score for word in words],
        "origins": list(map(str, origins)) if Origin.UNSPOKEN in origins else None,
        "speakers": speakers if any(speakers) else None,
        **options,
    }
    return Call(SUBTITLES, _tensors(SUBTITLES, fields), Subtitles.of)


def voices(language: str = "") -> Call[tuple[ReadyVoice, ...]]:
    """A language, or none for all → the ready voices."""
    return Call(VOICES, _tensors(VOICES, {"language": language}), ReadyVoice.all_of)


@refused_by_argument()
def _tensors(spec: AnySpec, options: Mapping[str, Any]) -> Tensors:
    """The arrays of one request, checked against the contract before anything is sent.

    Raises:
        InvalidInput: A required option is missing, a value is invalid, or two options conflict.
        TypeError: The model has no such option.
    """
    fields = {name: value for name, value in _fields(options).items() if value is not None}
    unknown = fields.keys() - {tensor.field for tensor in spec.arguments}
    if unknown:
        raise TypeError(f"{spec.name} has no option {', '.join(sorted(unknown))}")
    arrays: Tensors = {}
    for tensor in spec.arguments:
        if tensor.field in fields:
            arrays[tensor.name] = tensor.encode(fields[tensor.field])
            tensor.decode(arrays[tensor.name])
        elif not tensor.is_optional:
            raise MissingInput(tensor.name, tensor.meaning)
    check_together(fields)
    return arrays


def _fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """The values by ``TensorSpec.field``.

    A recorded voice becomes its samples, and a mapping becomes a text.
    """
    fields = {OPTION_FIELDS.get(name, name): value for name, value in options.items()}
    if (cast := fields.pop("cast", None)) is not None:
        fields |= _told(fields, cast)
    voice = fields.get("voice")
    if voice is not None and not is_name(voice):
        clip = reference_of(voice)
        fields |= {"voice": None, "reference_audio": clip.samples, "reference_rate": clip.rate_hz}
    return {name: as_sent(name, value) for name, value in fields.items()}


def _told(fields: Mapping[str, Any], cast: Cast) -> dict[str, str]:
    """The text or transcript with the voices and speakers of a cast; doubts are `UserWarning`s."""
    for name, members in (("text", cast), ("transcript", names_of(cast))):
        if isinstance(script := fields.get(name), str):
            prepared = dialogue(script, members)
            for told in prepared.warnings:
                warnings.warn(told, stacklevel=2)
            return {name: prepared.text}
    raise InvalidInput("cast", "says whose lines a text has", "give the text too")
