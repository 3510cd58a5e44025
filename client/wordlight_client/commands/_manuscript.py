"""A script's file → the text that is sent, and the options in its front matter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import click

from wordlight.contract import is_ssml
from wordlight.errors import InvalidInput, ScriptUnusable
from wordlight_client._calls import NarrateOptions
from wordlight_client._mappings import lexicon_text
from wordlight_client._own_looks import is_look_file
from wordlight_client._sounds import is_name
from wordlight_client.commands._front_matter import (
    USUAL_KEYS,
    FrontMatter,
    Setting,
    plain_key,
    split_front_matter,
)
from wordlight_client.commands._option_words import in_options
from wordlight_client.commands._values import file_name, read_text
from wordlight_client.scripts import (
    Cast,
    Prepared,
    lines_of,
    markdown_lines,
    names_of,
    parse_cast,
    placed,
    read_dialogue,
)

FORMATS = ("auto", "plain", "markdown")
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
SETTABLE = NarrateOptions.__optional_keys__ | {"size"}
"""Parameters of the command that front matter may set: those of the narration."""
OBJECTS = frozenset({"style", "limits"})
"""Parameters whose flags take a JSON object; in YAML they may be a mapping."""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A script that can be sent. ``options``: the options in its front matter, by parameter."""

    name: str
    text: str
    options: Mapping[str, Any]
    warnings: tuple[str, ...] = ()


def read_manuscript(
    file: BinaryIO, context: click.Context, form: str, cast: Cast | None
) -> Manuscript:
    """The script in a file. Flags on the command line override the file's front matter.

    Raises:
        ScriptUnusable: The front matter or the dialogue in the file is invalid.
    """
    whole, name = read_text(file), file_name(file)
    is_markdown = _is_markdown(name, form) and not is_ssml(whole)
    try:
        front = split_front_matter(whole, _flags(context), is_markdown=is_markdown)
        options, notes = _options(front, context, Path(name).parent)
        cast = cast or options.pop("cast", None)
        prepared = _prepared(front, is_markdown, cast)
    except click.BadParameter as error:
        raise ScriptUnusable(Path(name).name, error.message) from None
    except InvalidInput as error:
        why = in_options(error)
        raise ScriptUnusable(Path(name).name, str(why), why.remedy) from None
    options.pop("cast", None)
    return Manuscript(name, prepared.text, options, (*notes, *prepared.warnings))


def read_transcript(file: BinaryIO, cast: Cast | None) -> Prepared:
    """The text of a script's file without its front matter, of which only the cast is used.

    Raises:
        ScriptUnusable: The front matter or the dialogue in the file is invalid.
    """
    whole, name = read_text(file), file_name(file)
    is_markdown = _is_markdown(name, "auto") and not is_ssml(whole)
    try:
        front = split_front_matter(whole, map(plain_key, SETTABLE), is_markdown=is_markdown)
        setting = front.settings.get("cast")
        if cast is None and setting is not None and isinstance(setting.value, str | dict | list):
            cast = _cast(setting.value)
        return _prepared(front, is_markdown, names_of(cast) if cast is not None else None)
    except InvalidInput as error:
        why = in_options(error)
        raise ScriptUnusable(Path(name).name, str(why), why.remedy) from None


def _is_markdown(name: str, form: str) -> bool:
    return form == "markdown" or (form == "auto" and Path(name).suffix.lower() in MARKDOWN_SUFFIXES)


def _prepared(front: FrontMatter, is_markdown: bool, cast: Cast | None) -> Prepared:
    """The script after its front matter, in the form that the server reads."""
    if is_ssml(front.script):
        if cast is not None:
            raise InvalidInput("cast", 'is for plain text; SSML has <voice name="…">')
        return Prepared(front.script)
    warnings: tuple[str, ...] = ()
    if is_markdown:
        lines, warnings = markdown_lines(front.script, front.first)
    elif cast is None:
        return Prepared("\n" * (front.first - 1) + front.script)
    else:
        lines = lines_of(front.script, front.first)
    read = Prepared(placed(lines)) if cast is None else read_dialogue(lines, cast)
    return Prepared(read.text, (*warnings, *read.warnings))


def _flags(context: click.Context) -> dict[str, click.Parameter]:
    """The command's parameters that front matter may set, by the names of their flags."""
    return {
        plain_key(flag): parameter
        for parameter in context.command.params
        if parameter.name in SETTABLE
        for flag in parameter.opts
    }


def _options(
    front: FrontMatter, context: click.Context, folder: Path
) -> tuple[dict[str, Any], list[str]]:
    """The options that front matter sets, and a note of its keys that are neither known nor usual.

    Raises:
        click.BadParameter, InvalidInput: A value is invalid.
    """
    flags, options = _flags(context), dict[str, Any]()
    passed_over: list[str] = []
    for key, setting in front.settings.items():
        parameter = flags.get(key)
        if parameter is None or parameter.name is None:
            passed_over += [] if key in USUAL_KEYS else [key]
        elif context.params.get(parameter.name) is None and setting.value not in ("", None):
            options[parameter.name] = _value(parameter, key, setting, context, folder)
    if not passed_over:
        return options, []
    return options, [f"of the front matter {', '.join(passed_over)} is passed over"]


def _value(
    parameter: click.Parameter, key: str, setting: Setting, context: click.Context, folder: Path
) -> Any:
    """The value that the flag would have; paths are relative to the script's folder."""
    value = setting.value
    try:
        if parameter.name in OBJECTS and isinstance(value, dict):
            value = json.dumps(value)
        if parameter.name == "cast" and isinstance(value, dict | list):
            return _cast(value)
        if parameter.name == "lexicon" and isinstance(value, dict):
            return lexicon_text(value)
        if not isinstance(value, str):
            raise click.BadParameter("must be one value")
        if parameter.name == "lexicon" or (parameter.name == "look" and is_look_file(value)):
            value = str(folder / value)
        if parameter.name == "voice" and not is_name(value):
            return str(folder / value)
        return parameter.process_value(context, value)
    except (click.BadParameter, InvalidInput, ValueError) as error:
        if isinstance(error, InvalidInput):
            why = str(in_options(error))
        else:
            why = error.message if isinstance(error, click.BadParameter) else str(error)
        raise click.BadParameter(f"line {setting.number}, {key}: {why}") from None


def _cast(value: str | dict[str, Any] | list[Any]) -> Cast:
    """A cast that is a text, a mapping or a list in YAML."""
    if isinstance(value, str):
        return parse_cast(value)
    if isinstance(value, list):
        return parse_cast(",".join(map(str, value)))
    if odd := [name for name, voice in value.items() if not isinstance(voice, str)]:
        raise InvalidInput("cast", f"has no one voice for {odd[0]}")
    return parse_cast(",".join(f"{name}={voice}" for name, voice in value.items()))
