"""Which wheels fit a CPython on this machine, by the tags in their names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from packaging.tags import Tag


def fits(wheel: str, python: str) -> bool:
    """Whether the wheel at this path or URL is for CPython ``python`` (``3.12``) and this machine.

    >>> fits("https://host/numpy-1.26.4-cp311-cp311-win_amd64.whl", "3.11")
    False
    >>> fits("click-8.5.0-py3-none-any.whl", "3.11")
    True
    """
    # Not at the top: the doctor counts its own memory, and looks at no wheel.
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    name = unquote(wheel.rsplit("/", 1)[-1])
    try:
        *_, tags = parse_wheel_filename(name)
    except InvalidWheelFilename:
        return False
    return not tags.isdisjoint(_tags_of(python))


@cache
def _tags_of(python: str) -> frozenset[Tag]:
    from packaging.tags import compatible_tags, cpython_tags, platform_tags

    major, minor = map(int, python.split("."))
    version, platforms = (major, minor), list(platform_tags())
    interpreter = f"cp{major}{minor}"
    native = cpython_tags(version, abis=[interpreter], platforms=platforms)
    return frozenset([*native, *compatible_tags(version, interpreter, platforms)])
