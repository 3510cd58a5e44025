"""API keys: which are known, and whether a request carries one of them.

A key is 256 random bits, so its plain SHA-256 cannot be guessed back, and is cheap enough to be
computed for each request. A slow hash (scrypt) would only help passwords that people choose, and
would let anyone keep the server busy by sending wrong keys.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wordlight.errors import FrontUnusable, KeyMissing, KeyWrong

KEY_BYTES = 32
LONGEST_KEY = 512
"""Characters. A longer one is not hashed."""
BEARER = "bearer "
_LINE = re.compile(r"(?P<name>[\w.@-]{1,64}):(?P<hash>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is known: whose it is, and its SHA-256 in hexadecimal."""

    name: str
    hash: str


def make_key() -> str:
    """A new random key."""
    return secrets.token_urlsafe(KEY_BYTES)


def hash_key(key: str) -> str:
    """What is stored of a key.

    >>> hash_key("example")[:16]
    '50d858e0985ecc7f'
    """
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def read_keys(text: str) -> tuple[Key, ...]:
    """The keys of a file or of ``WORDLIGHT_API_KEYS``.

    They are written as ``name:hash``, between white space or commas. A line that starts with ``#``
    is a comment.

    Raises:
        FrontUnusable: One is written in another way, or two have one name.

    >>> [key.name for key in read_keys("# ours\\nanna:" + hash_key("a") + ",ben:" + hash_key("b"))]
    ['anna', 'ben']
    """
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found: dict[str, Key] = {}
    for number, word in enumerate(re.split(r"[,\s]+", " ".join(lines).strip()), 1):
        if not word:
            continue
        match = _LINE.fullmatch(word)
        if match is None:  # it may be a key itself: it is not repeated
            raise FrontUnusable(
                f"API key {number} is not written as name:hash", "write name:hash, hash in hex"
            )
        if match["name"] in found:
            raise FrontUnusable(f"two API keys are named {match['name']}", "name each of them once")
        found[match["name"]] = Key(match["name"], match["hash"])
    return tuple(found.values())


def sent_key(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The key that a request carries in either of two headers; None if it carries none.

    ``x-api-key`` is read first: whatever stands before us may have a use for ``Authorization``.
    """
    found = {name: value.decode("latin-1").strip() for name, value in headers}
    if (key := found.get(b"x-api-key")) is not None:
        return key
    text = found.get(b"authorization", "")
    return text[len(BEARER) :].strip() if text.lower().startswith(BEARER) else None


def owner_of(sent: str | None, keys: Sequence[Key]) -> str:
    """The name of the key that was sent. The time that this takes tells nothing of the keys.

    Raises:
        KeyMissing: None was sent.
        KeyWrong: It is not one of ``keys``.
    """
    if not sent:
        raise KeyMissing()
    got = hash_key(sent) if len(sent) <= LONGEST_KEY else ""
    owner = ""
    for key in keys:  # all of them, even after a match
        if hmac.compare_digest(got, key.hash):
            owner = key.name
    if not owner:
        raise KeyWrong()
    return owner
