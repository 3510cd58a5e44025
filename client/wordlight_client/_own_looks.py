"""A user's own looks. A TOML file names one of Wordlight's looks and the changes to it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Unpack, cast

from wordlight.contract import LOOKS, SUBTITLES
from wordlight.errors import InvalidInput, LookUnusable, MissingInput
from wordlight_client._calls import SubtitleOptions

SUFFIX = ".toml"
LONGEST_FILE_BYTES = 64_000
"""The size limit of a look's file. A file that sets every field of STYLE and LIMITS is smaller."""
USUAL_BASE = "classic"
NAMES = ("profile", "mode", "karaoke")
OBJECTS = ("limits", "style")
KEYS = ("base", *NAMES, *(f"[{name}]" for name in OBJECTS))

_BY_FIELD = {tensor.field: tensor for tensor in SUBTITLES.inputs}


@dataclass(frozen=True, slots=True)
class OwnLook:
    """The name of a look's file without its suffix, and the options that the file sets."""

    name: str
    options: SubtitleOptions


def read_look(path: Path | str, **options: Unpack[SubtitleOptions]) -> SubtitleOptions:
    """The options that a look's file sets, for every method that makes subtitles.

    Options that are given here override the file's; ``style`` and ``limits`` field by field.

        client.narrate(script, **read_look("my-look.toml", style={"scale": 1.2}), seed=7)

    Raises:
        LookUnusable: There is no such file, or something in it is invalid.
    """
    path = Path(path)
    try:
        read = _options(_table(path))
    except InvalidInput as error:
        raise LookUnusable(path.name, str(error), error.remedy) from None
    except (TypeError, ValueError, RecursionError):  # a date, a number of a thousand digits
        raise LookUnusable(path.name, "it has a value that no look can have") from None
    return cast("SubtitleOptions", merged(read, options))


def merged(own: SubtitleOptions, given: Mapping[str, Any]) -> dict[str, Any]:
    """Both kinds of options; the given ones override the own, in style and limits field by field.

    >>> merged({"mode": "pop", "style": {"scale": 2, "bold": True}}, {"style": {"scale": 1}})
    {'mode': 'pop', 'style': {'scale': 1, 'bold': True}}
    """
    both: dict[str, Any] = {**own}
    for name, value in given.items():
        if value is None:
            both.setdefault(name, None)
        elif name in OBJECTS and isinstance(value, Mapping):
            both[name] = {**(both.get(name) or {}), **value}
        else:
            both[name] = value
    return both


def with_look(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options. If ``look`` is an `OwnLook`, they are added to its options and override them."""
    given = dict(options)
    if not isinstance(look := given.get("look"), OwnLook):
        return given
    del given["look"]
    return merged(look.options, given)


def is_look_file(value: str) -> bool:
    """Whether a value of ``look`` names a file rather than one of our looks.

    >>> is_look_file("my-look.toml"), is_look_file("./look"), is_look_file("shorts")
    (True, True, False)
    """
    return value.lower().endswith(SUFFIX) or Path(value).name != value


def look_name(name: str) -> str:
    """The name of one of our looks.

    Raises:
        InvalidInput: There is no such look; the message has the nearest one.
    """
    if name in LOOKS:
        return name
    near = get_close_matches(name.strip().lower(), LOOKS, n=1)
    hint = f"did you mean {near[0]}? There" if near else "there"
    raise InvalidInput(repr(name[:40]), f"is no look; {hint} are: {', '.join(LOOKS)}")


def _table(path: Path) -> dict[str, Any]:
    """The file's keys and values.

    Raises:
        InvalidInput: The file cannot be read, or is not TOML.
    """
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "no regular file"
        raise InvalidInput("this", f"is {what}; a look is a TOML file")
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_FILE_BYTES + 1)
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise InvalidInput("there", "is no such file") from None
        raise InvalidInput("it", f"cannot be read: {error.strerror}") from None
    if len(content) > LONGEST_FILE_BYTES:
        raise InvalidInput("it", f"is longer than {LONGEST_FILE_BYTES // 1000} kB")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidInput("it", "is not a UTF-8 text file") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = "it nests too deeply" if isinstance(error, RecursionError) else str(error)
        raise InvalidInput("it", f"is not TOML: {why}") from None


def _options(table: Mapping[str, Any]) -> SubtitleOptions:
    """The options, each checked as the server would check it.

    Raises:
        InvalidInput: A key is unknown, or a value is invalid.
    """
    for key in table:
        if key not in ("base", *NAMES, *OBJECTS):
            raise InvalidInput("there", f"is no key {key[:40]!r}; there are: {', '.join(KEYS)}")
    options: dict[str, Any] = {"look": _base(table.get("base", USUAL_BASE))}
    for key in NAMES:
        if key in table:
            options[key] = _checked(key, table[key], table[key])
    for key in OBJECTS:
        if key in table:
            fields = table[key]
            if not isinstance(fields, dict):
                raise InvalidInput(key, f"is {_shown(fields)}; it must be a table: [{key}]")
            _checked(key, fields, json.dumps(fields, ensure_ascii=False))
            options[key] = fields
    if options.get("profile") == "custom" and not options.get("limits"):
        raise MissingInput("[limits]", "profile is custom")
    return cast("SubtitleOptions", options)


def _base(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidInput("base", f"is {_shown(value)}; it must be a look: {', '.join(LOOKS)}")
    try:
        return look_name(value)
    except InvalidInput as error:
        raise InvalidInput("base:", str(error), error.remedy) from None


def _checked(key: str, value: object, sent: object) -> object:
    """The value, if the contract allows ``sent``, the form in which it is sent.

    Raises:
        InvalidInput: It is not allowed; the message has the file's key instead of the tensor's
            name.
    """
    tensor = _BY_FIELD[key]
    if not isinstance(sent, str):
        raise InvalidInput(key, f"is {_shown(sent)}; it must be one of {', '.join(tensor.choices)}")
    try:
        tensor.decode(tensor.encode(sent))
    except InvalidInput as error:
        named = f"[{key}]" if key in OBJECTS else key
        what = str(error).removeprefix(f"{error.field} ")
        raise InvalidInput(named, what, error.remedy) from None
    return value


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:40]
