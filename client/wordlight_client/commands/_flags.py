"""Command-line options made from the specs, which define their types, ranges and meanings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import click

from wordlight.contract import LOOKS, NARRATE_PUBLISH, NARRATE_STREAM, Dtype, TensorSpec
from wordlight.errors import WrongUsage
from wordlight_client._calls import NarrateOptions, PublishOptions
from wordlight_client._client import DEFAULT_URL, Client
from wordlight_client._words import ARGUMENTS as TENSOR_ARGUMENTS
from wordlight_client._words import OPTION_FIELDS
from wordlight_client._words import said as in_words
from wordlight_client.commands._values import (
    LookType,
    Seconds,
    parse_fields,
    parse_language,
    parse_members,
    parse_size,
    parse_voice,
    read_text,
)

Decorated = Callable[..., Any]
LOOK = "NAME|FILE.toml"
ARGUMENTS = "wordlight.arguments"
"""The key in click's meta under which the group keeps its arguments."""
API_KEY = "wordlight.api_key"
"""The key in click's meta under which `--api-key` is kept."""

_FLAGS = {name: f"--{argument.replace('_', '-')}" for name, argument in TENSOR_ARGUMENTS.items()}
_BY_FIELD = {tensor.field: tensor for tensor in (*NARRATE_STREAM.inputs, *NARRATE_PUBLISH.inputs)}


def option_flag(name: str) -> Callable[[Decorated], Decorated]:
    """``--name`` for one option of ``NarrateOptions``."""
    tensor = _BY_FIELD[OPTION_FIELDS.get(name, name)]
    kind, metavar = _kind(tensor)
    more: dict[str, Any] = {"type": kind, "metavar": metavar, "help": _help(tensor)}
    if name == "language":
        more |= {"metavar": "CODE", "callback": parse_language}
    return click.option(f"--{name.replace('_', '-')}", name, **more)


def voice_flag(meaning: str) -> Callable[[Decorated], Decorated]:
    """``--voice``: a ready voice's name, or a recording."""
    return click.option("--voice", callback=parse_voice, metavar="NAME|FILE", help=meaning)


def cast_flag(*names: str, meaning: str) -> Callable[[Decorated], Decorated]:
    """The flag of a cast, whose value is a mapping."""
    return click.option(
        *names, "cast", callback=parse_members, metavar="NAME=VOICE,…", help=meaning
    )


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
        WrongUsage: An option is given that only publishing has.
    """
    says_how = {
        "--key": options.pop("key", None),
        "--audio-format": options.pop("audio_format", None),
        "--expires": options.pop("expires_s", None),
    }
    given = [flag for flag, value in says_how.items() if value is not None]
    if given:
        raise WrongUsage(
            f"{', '.join(given)} says how to publish; --publish says where",
            "give --publish too, or leave the others out",
        )
    return cast("NarrateOptions", options)


def server_flags(
    timeout_s: float | None, else_timeout: str = ""
) -> Callable[[Decorated], Decorated]:
    """``--url``, ``--api-key`` and ``--timeout``.

    ``else_timeout`` is the default of ``--timeout`` in words. The key goes to `client_at`.
    """

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
        command = click.option(
            "--api-key",
            envvar="WORDLIGHT_API_KEY",
            show_envvar=True,
            expose_value=False,
            is_eager=True,
            callback=_keep_key,
            metavar="KEY",
            help="A key of the server's, if it asks for one. Others see it in the list of "
            "processes: prefer the variable.",
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


def client_at(url: str) -> Client:
    """A client of the server, with the key that ``--api-key`` gave."""
    return Client(url, api_key=click.get_current_context().meta.get(API_KEY))


def _keep_key(context: click.Context, _: click.Parameter, key: str | None) -> None:
    if key and not (key.isascii() and key.isprintable()):
        raise click.BadParameter("it has characters that no key has: `wordlight key` makes one")
    context.meta[API_KEY] = key or None


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
    """What the tensor means, with the options that the user types instead of other tensors."""
    meaning = in_words(tensor.meaning, _FLAGS, {})
    return f"{meaning[:1].upper()}{meaning[1:]}."
