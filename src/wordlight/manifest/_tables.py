"""A TOML table as a dataclass whose fields define the table's keys and their types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from wordlight.errors import ManifestUnreadable

T = TypeVar("T")


def key(meaning: str, default: Any = MISSING) -> Any:
    """A dataclass field for a key of a manifest; without a default, the key is required."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value: its name in words, a test for it, and a conversion of the value."""

    words: str
    fits: Callable[[Any], bool]
    kept: Callable[[Any], Any] = lambda value: value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_wholes(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_whole, value))


KINDS: Mapping[Any, Kind] = {
    str: Kind("a text", _is_text),
    int: Kind("a whole number", _is_whole),
    float: Kind("a number", _is_number, float),
    Mapping[str, Any]: Kind("a table", lambda value: isinstance(value, dict)),
    Mapping[str, str]: Kind("a table of texts", _is_texts),
    tuple[int, ...]: Kind("a list of whole numbers", _is_wholes, tuple),
}
"""The kind of value for each type with which a field can be declared."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table, as a field of its dataclass declares it."""

    name: str
    kind: Kind
    default: Any
    meaning: str

    @property
    def is_needed(self) -> bool:
        """Whether the key is required, because it has no default."""
        return self.default is MISSING


def keys_of(table: type) -> Iterator[Key]:
    """The keys that a dataclass of ``key`` fields declares, in order."""
    types = get_type_hints(table)
    for each in fields(table):
        yield Key(each.name, KINDS[types[each.name]], each.default, each.metadata["meaning"])


def read_table(table: type[T], values: object, manifest: Path, section: str) -> T:
    """A section of the manifest as its dataclass.

    Raises:
        ManifestUnreadable: The section is not a table, or lacks a key, or has an unknown key or a
            value of the wrong type. The sentence says what is allowed.
    """
    if not isinstance(values, dict):
        raise ManifestUnreadable(manifest, f"cannot be read: [{section}] must be a table")
    keys = {each.name: each for each in keys_of(table)}
    refuse_unknown(values, keys, manifest, section)
    for name, each in keys.items():
        if name not in values:
            if each.is_needed:
                raise ManifestUnreadable(manifest, f"lacks {name!r} in [{section}]")
        elif not each.kind.fits(values[name]):
            got = repr(values[name])[:60]
            what = f"has {name} = {got} in [{section}]; it must be {each.kind.words}"
            raise ManifestUnreadable(manifest, what)
    return table(**{name: keys[name].kind.kept(value) for name, value in values.items()})


def refuse_unknown(
    values: Mapping[str, Any], known: Collection[str], manifest: Path, section: str = ""
) -> None:
    """Checks that a section of the manifest has only known keys.

    Raises:
        ManifestUnreadable: It has an unknown key. The sentence names the known keys.
    """
    for name in values:
        if name not in known:
            where = f" in [{section}]" if section else ""
            there_are = ", ".join(known)
            what = f"has {name[:40]!r}{where}, which is no key there; there are: {there_are}"
            raise ManifestUnreadable(manifest, what)
