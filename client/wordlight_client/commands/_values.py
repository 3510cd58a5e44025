"""The values of command-line options: from what is typed to what a call takes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import click

from wordlight.errors import InvalidInput
from wordlight_client._own_looks import OwnLook, is_look_file, look_name, read_look
from wordlight_client._sounds import is_name
from wordlight_client.burn import even, probe
from wordlight_client.scripts import Cast, parse_cast

LONGEST_WAIT_S = 86_400.0
"""A day: longer than any narration that a server takes."""
STANDARD_INPUT = "standard input"
LONGEST_FILE_BYTES = 16_000_000
"""The largest script or lexicon that is read: more than any server accepts."""
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


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
            return self.fail(str(error), param, ctx)


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


def parse_voice(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The name, or the path with a folder before it where a file is there of that very name.

    ``me.txt`` is then refused as a recording, and before a server is asked for such a voice.
    """
    if value and is_name(value) and Path(value).suffix and Path(value).exists():
        return f".{os.sep}{value}"
    return value


def parse_language(
    context: click.Context, option: click.Parameter, value: str | None
) -> str | None:
    """The language's code, or nothing.

    Raises:
        InvalidInput: The value is no code.
    """
    if value and not _LANGUAGE_TAG.fullmatch(value.strip()):
        todo = "give an ISO 639-1 code such as en"
        raise InvalidInput("LANGUAGE", f"is {value[:40]!r}", todo)
    return value


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


def parse_members(
    context: click.Context, option: click.Parameter, value: str | None
) -> Cast | None:
    """The voice of each name."""
    return None if value is None else parse_cast(value)


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
