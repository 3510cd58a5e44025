"""Front matter: settings of a script at its beginning, in YAML between two lines of ``---``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from wordlight.errors import InvalidInput

LONGEST = 16_384
"""The most characters of front matter."""
DEEPEST = 8
"""The most levels of lists and mappings inside each other."""
USUAL_KEYS = frozenset({
    "author", "authors", "categories", "date", "description", "draft", "keywords", "lang",
    "layout", "license", "permalink", "published", "slug", "subtitle", "summary", "tags", "title",
    "updated", "url",
})  # fmt: skip
"""Keys that other programs use; they are never spoken, and are ignored without a warning."""

_BLOCK = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_KEY = re.compile(r"^(?P<key>[A-Za-z][\w -]{0,40}?)[ \t]*:(?:[ \t]|$)", re.M)


@dataclass(frozen=True, slots=True)
class Setting:
    """A value of front matter, and the number of its line in the file."""

    value: object
    number: int


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Settings by their keys, and the script after them, which begins in line ``first``."""

    settings: Mapping[str, Setting]
    script: str
    first: int = 1


def split_front_matter(text: str, known: Iterable[str], *, is_markdown: bool) -> FrontMatter:
    r"""A script's front matter, if it has any, and the rest.

    In plain text, lines between two rules may belong to the script. There they count as front
    matter only if one of them has a known or usual key.

    Raises:
        InvalidInput: The front matter is no YAML, is no mapping, or is too long; the message has
            the line.

    >>> split_front_matter("---\nvoice: emma\n---\nSo.\n", {"voice"}, is_markdown=False).script
    'So.\n'
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    block = _BLOCK.match(plain)
    names = {*known, *USUAL_KEYS}
    if block is None:
        _check_end(plain, names)
        return FrontMatter({}, text)
    keys = [match["key"] for match in _KEY.finditer(block["yaml"])]
    if not keys or not (is_markdown or names & set(map(plain_key, keys))):
        return FrontMatter({}, text)
    settings = read_settings(block["yaml"], first=2)
    return FrontMatter(settings, plain[block.end() :], plain.count("\n", 0, block.end()) + 1)


def read_settings(text: str, first: int = 1) -> dict[str, Setting]:
    """The settings in a text of YAML that begins in line ``first`` of its file.

    A value is the text as it is written (``no`` is Norwegian). Only inside a mapping or a list are
    numbers and true or false recognised.

    Raises:
        InvalidInput: See `split_front_matter`.
    """
    if len(text) > LONGEST:
        raise InvalidInput("front matter", f"is longer than {LONGEST:,} characters")
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first + (mark.line if mark else 0)
        raise InvalidInput("front matter", f"is no YAML: {error.problem}, line {line}") from None
    except (yaml.YAMLError, RecursionError) as error:
        why = "it nests too deeply" if isinstance(error, RecursionError) else str(error)
        raise InvalidInput("front matter", f"is no YAML: {' '.join(why.split())}") from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise InvalidInput("front matter", f"is no list of keys with values, line {first}")
    return dict(_settings(root, first))


def plain_key(key: str) -> str:
    """A key in the spelling of flags.

    >>> plain_key("Ref_Text"), plain_key("--ref-text")
    ('ref-text', 'ref-text')
    """
    return "-".join(re.split(r"[\s_-]+", key.strip(" _-").lower()))


class _Loader(yaml.SafeLoader):
    """Loads text only, and no aliases, with which a little YAML could become very large."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the library's own form

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=mark)
        return super().compose_node(parent, index)


def _settings(root: Any, first: int) -> Iterable[tuple[str, Setting]]:
    met: set[str] = set()
    for key_node, value_node in root.value:
        number = first + key_node.start_mark.line
        if not isinstance(key_node, yaml.ScalarNode):
            raise InvalidInput("front matter", f"has a key that is no word, line {number}")
        name = plain_key(str(key_node.value))
        if name in met:
            raise InvalidInput("front matter", f"has {name} twice, line {number}")
        met.add(name)
        yield name, Setting(_value(value_node, number), number)


def _value(node: Any, number: int, depth: int = 0) -> object:
    if depth > DEEPEST:
        raise InvalidInput("front matter", f"nests deeper than {DEEPEST} levels, line {number}")
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, number, depth + 1) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        pairs = [(key, _value(value, number, depth + 1)) for key, value in node.value]
        return {str(getattr(key, "value", "")): value for key, value in pairs}
    text = str(node.value)
    is_plain = depth > 0 and node.style is None
    return _typed(text) if is_plain else text


def _typed(text: str) -> object:
    """The number, true or false that a text stands for; any other text as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, bool | int | float) else text


def _check_end(text: str, names: set[str]) -> None:
    """Refuses a text that begins like front matter without an end.

    Raises:
        InvalidInput: The text begins so.
    """
    if not re.match(r"---[ \t]*\n", text):
        return
    second = text.split("\n", 2)[1]
    key = _KEY.match(second)
    if key and plain_key(key["key"]) in names:
        raise InvalidInput("front matter", "begins in line 1 and has no line --- at its end")
