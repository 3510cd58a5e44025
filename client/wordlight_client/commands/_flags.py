"""Command-line options made from the specs, which define their types, ranges and meanings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import click

from wordlight.contract import LOOKS, NARRATE_PUBLISH, NARRATE_STREAM, Dtype, TensorSpec
from wordlight.errors import InvalidInput
from wordlight_client._calls import NarrateOptions, PublishOptions
from wordlight_client._client import DEFAULT_URL
from wordlight_client._own_looks import OwnLook, is_look_file, look_name, read_look
from wordlight_client._words import OPTION_FIELDS
from wordlight_client.burn import even, probe
from wordlight_client.scripts import Cast, parse_cast

Decorated = Callable[..., Any]
LONGEST_WAIT_S = 86_400.0
"""A day: longer than any narration that a server takes."""

STANDARD_INPUT = "standard input"
LONGEST_FILE_BYTES = 16_000_000
"""The largest script or lexicon that is read: more than any server accepts."""
LOOK = "NAME|FILE.toml"
ARGUMENTS = "wordlight.arguments"
"""The key in click's meta under which the group keeps its arguments."""

_BY_FIELD = {tensor.field: tensor for tensor in (*NARRATE_STREAM.inputs, *NARRATE_PUBLISH.inputs)}


def option_flag(name: str) -> Callable[[Decorated], Decorated]:
    """``--name`` for one option of ``NarrateOptions``."""
    tensor = _BY_FIELD[OPTION_FIELDS.get(name, name)]
    kind, metavar = _kind(tensor)
    return click.option(
        f"--{name.replace('_', '-')}", name, type=kind, metavar=metavar, help=_help(tensor)
    )


def cast_flag(*names: str, meaning: str) -> Callable[[Decorated], Decorated]:
    """The flag of a cast, whose value is a mapping."""
    return click.option(*names, "cast", callback=_parse_cast, metavar="NAME=VOICE,…", help=meaning)


def subtitle_flags(command: Decorated) -> Decorated:
    """The command with every option of ``SubtitleOptions`` that has not a value for each word."""
    return look_flag()(style_flags(command))


def embed_flag(command: Decorated) -> Decorated:
    """The command with ``--embed-fonts``."""
    return click.option(
        "--embed-fonts",
        is_flag=True,
        help="Put the fonts into subtitles.ass too, for players on machines without them.",
    )(command)


def style_flags(command: Decorated) -> Decorated:
    """The command with every such option except ``--look``."""
    command = click.option(
        "--size",
        callback=parse_size,
        metavar="WxH|FILE",
        help="Size of the video that the subtitles are for: 1920x1080, or the video itself.",
    )(command)
    command = click.option(
        "--style",
        callback=parse_fields,
        metavar="JSON",
        help="""Style fields that override the look's, say '{"scale": 1.2}'.""",
    )(command)
    command = click.option(
        "--limits",
        callback=parse_fields,
        metavar="JSON",
        help="""Limits that override the profile's, say '{"line_characters": 30}'.""",
    )(command)
    for name in ("language", "preset", "karaoke", "profile", "mode"):
        command = option_flag(name)(command)
    return command


def look_flag(**more: Any) -> Callable[[Decorated], Decorated]:
    """``--look``: the name of a look, or the file of the user's own look."""
    meaning = f"{_help(_BY_FIELD['look'])[:-1]}, or a file of your own (docs/looks.md): " + (
        f"{', '.join(LOOKS)}."
    )
    return click.option("--look", type=LookType(), metavar=LOOK, help=meaning, **more)


class LookType(click.ParamType[str | OwnLook]):
    """The name of a look, or a TOML file, which is read at once."""

    name = "look"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | OwnLook:
        """The name, or the look that the file defines."""
        if isinstance(value, OwnLook):
            return value
        if is_look_file(value):
            return OwnLook(Path(value).stem, read_look(value))
        try:
            return look_name(value)
        except InvalidInput as error:
            return self.fail(error.told, param, ctx)


def lexicon_flag(command: Decorated) -> Decorated:
    """The command with ``--lexicon``, whose value is the file's text."""
    return click.option(
        "--lexicon",
        type=click.File("rb"),
        callback=lambda context, option, file: None if file is None else read_text(file),
        metavar="FILE",
        help="How words are said, a line each: word = respelling or word = /IPA/; or PLS.",
    )(command)


def publish_flags(command: Decorated) -> Decorated:
    """The command with ``--publish`` and the options of ``PublishOptions`` for publishing."""
    command = click.option(
        "--expires",
        "expires_s",
        type=_kind(_BY_FIELD["expires"])[0],
        metavar="SECONDS",
        help=_help(_BY_FIELD["expires"]),
    )(command)
    command = option_flag("audio_format")(command)
    command = option_flag("key")(command)
    return click.option(
        "--publish",
        metavar="S3://BUCKET/PREFIX",
        help="Have the server put the files there; their addresses are printed, nothing is saved.",
    )(command)


def stream_flags(command: Decorated) -> Decorated:
    """The command with the flags that need a narration that comes chunk by chunk."""
    command = click.option("--play", is_flag=True, help="Play each chunk while the next are made.")(
        command
    )
    command = click.option(
        "--resume", is_flag=True, help="Go on with what an interrupted run has left in DIR."
    )(command)
    command = option_flag("tries")(command)
    return click.option(
        "--check",
        is_flag=True,
        help="Let Whisper hear every chunk; one in which a word is missing is spoken again.",
    )(command)


def said() -> tuple[str, ...]:
    """The arguments of ``wordlight``, as they were typed."""
    return tuple(click.get_current_context().meta.get(ARGUMENTS, ()))


def without_publishing(options: PublishOptions) -> NarrateOptions:
    """The options of a narration that is not published.

    Raises:
        click.UsageError: An option is given that only publishing has.
    """
    says_how = {
        "--key": options.pop("key", None),
        "--audio-format": options.pop("audio_format", None),
        "--expires": options.pop("expires_s", None),
    }
    given = [flag for flag, value in says_how.items() if value is not None]
    if given:
        raise click.UsageError(f"{', '.join(given)} says how to publish; --publish says where")
    return cast("NarrateOptions", options)


class Seconds(click.ParamType[float]):
    """A finite number of seconds above 0, a day at most."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = click.FLOAT.convert(value, param, ctx)
        if not 0 < seconds <= LONGEST_WAIT_S:  # false of NaN too
            self.fail(f"{seconds:g} is not in the range 0<x<={LONGEST_WAIT_S:g}.", param, ctx)
        return float(seconds)


def server_flags(
    timeout_s: float | None, else_timeout: str = ""
) -> Callable[[Decorated], Decorated]:
    """``--url`` and ``--timeout``; ``else_timeout`` is the default of ``--timeout`` in words."""

    def decorate(command: Decorated) -> Decorated:
        command = click.option(
            "--timeout",
            "timeout_s",
            type=Seconds(),
            default=timeout_s,
            metavar="SECONDS",
            show_default=else_timeout or True,
            help="How long to wait for the server's answer.",
        )(command)
        return click.option(
            "--url",
            default=DEFAULT_URL,
            envvar="WORDLIGHT_URL",
            show_default=True,
            show_envvar=True,
            help="The server: host:port (gRPC), or with http:// or https:// before it.",
        )(command)

    return decorate


def parse_size(
    context: click.Context, option: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    """A size like ``1920x1080``, or a video or picture → width and height."""
    if value is None:
        return None
    if Path(value).is_file():
        return even(probe(Path(value)).size)
    match = re.fullmatch(r"(\d{2,5})[x×](\d{2,5})", value.strip().lower())
    if match is None:
        raise click.BadParameter(f"{value!r} is neither a size like 1920x1080 nor a file")
    return int(match[1]), int(match[2])


def parse_fields(
    context: click.Context, option: click.Parameter, value: str | None
) -> Mapping[str, object] | None:
    """The JSON object of an option's value."""
    if value is None:
        return None
    try:
        fields = json.loads(value)
    except ValueError as error:
        raise click.BadParameter(f'not JSON, as {{"scale": 1.2}} is: {error}') from None
    if not isinstance(fields, dict):
        raise click.BadParameter('must be a JSON object: {"field": value}')
    return fields


def _parse_cast(context: click.Context, option: click.Parameter, value: str | None) -> Cast | None:
    """The voice of each name."""
    try:
        return None if value is None else parse_cast(value)
    except InvalidInput as error:
        raise click.BadParameter(error.told) from None


def read_text(file: BinaryIO) -> str:
    """A text file's content, with or without a BOM."""
    content = file.read(LONGEST_FILE_BYTES + 1)
    if len(content) > LONGEST_FILE_BYTES:
        raise click.BadParameter(
            f"{file_name(file)} is longer than {LONGEST_FILE_BYTES // 1_000_000} MB"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.BadParameter(f"{file_name(file)} is not a UTF-8 text file") from None


def file_name(file: BinaryIO) -> str:
    """The name of a file, for messages."""
    name = getattr(file, "name", "<stdin>")
    return STANDARD_INPUT if name == "<stdin>" else str(name)


def _kind(tensor: TensorSpec) -> tuple[click.ParamType[Any], str | None]:
    if tensor.choices:
        return click.Choice(tensor.choices), None
    if tensor.dtype is Dtype.STRING:
        return click.STRING, None
    if tensor.dtype in (Dtype.FP32, Dtype.FP64):
        return click.FloatRange(tensor.low, tensor.high), None
    return click.IntRange(_int(tensor.low), _int(tensor.high)), "N"


def _int(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _help(tensor: TensorSpec) -> str:
    return f"{tensor.meaning[:1].upper()}{tensor.meaning[1:]}."
