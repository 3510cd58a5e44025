"""Checks that a package index answers, and explains a failure of uv in one line."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from children import run
from refusals import Refused

ANSWERS_WITHIN_S = 14.0
TIMEOUTS = {"UV_HTTP_CONNECT_TIMEOUT": "5", "UV_HTTP_TIMEOUT": "6", "UV_HTTP_RETRIES": "1"}
BUILD_TOOL = "hatchling"
"""The build tool of this project. It is not in the lock, so uv asks the index for it."""
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
WHEEL = re.compile(
    r'url = "(?P<url>https://[^"]+/(?P<name>[^"/-]+)-[^"/]+-none-any\.whl)", '
    r'hash = "sha256:(?P<hash>\w+)", size = (?P<size>\d+)'
)


def check_index(checkout: Path, uv: Path, python: Path, variables: Mapping[str, str]) -> None:
    """Refuses a network in which uv cannot reach an index and the host of the locked wheels.

    Raises:
        Refused: uv cannot reach one of them.
    """
    lock = (checkout / "uv.lock").read_text(encoding="utf-8")
    wheel = min(WHEEL.finditer(lock), key=lambda found: int(found["size"]))
    asked = f"{wheel['name']} @ {wheel['url']}#sha256={wheel['hash']}"
    nowhere = checkout / ".wordlight/nothing"
    command = [
        str(uv),
        "pip",
        "install",
        "--dry-run",
        "--no-deps",
        "--no-cache",
        "--no-progress",
        "--python",
        str(python),
        "--target",
        str(nowhere),
        BUILD_TOOL,
        asked,
    ]
    try:
        ended = run(
            command,
            {**variables, **TIMEOUTS},
            lambda s: f"asking the package index: {s:.0f} s",
            ANSWERS_WITHIN_S,
        )
    finally:
        shutil.rmtree(nowhere, ignore_errors=True)  # uv makes it in spite of --dry-run
    if ended.status is None:
        raise explained("cause: no answer: timed out", "the package index", variables)
    if ended.status:
        raise explained(ended.said, "the package index", variables)


def explained(said: str, whom: str, variables: Mapping[str, str]) -> Refused:
    """The refusal that explains a failure, made from the output of uv or Python."""
    causes = [line.strip() for line in said.splitlines() if line.strip()]
    last = next((line for line in reversed(causes) if line.startswith("cause: ")), None)
    reason = re.sub("^(cause|error): ", "", last or (causes or ["it says nothing"])[-1])
    if re.search("not found in the package registry|there are no versions", reason):
        reason = f"it has no {BUILD_TOOL}"
    url = re.search(r"https?://[^\s`/'\"<>)]+", f"{said} {variables.get('UV_DEFAULT_INDEX', '')}")
    where = f"{whom} ({_without_password(url[0])})" if url else whom
    refusal = _meaning(said)
    if refusal is not None:
        return _filled(refusal, where, reason, variables)
    return Refused(f"uv could not do it: {reason}", "its own words stand above")


def is_known(said: str) -> bool:
    """Whether `explained` knows what this output means."""
    return _meaning(said) is not None


def _meaning(said: str) -> str | None:
    """The template of the refusal that this output calls for, or None.

    Names and URLs are ignored: the package pytest-timeout is no timeout.
    """
    told = re.sub(r"`[^`]*`|https?://\S+|\S+\.whl", "", said)
    lines = [line for line in told.splitlines() if not line.startswith("error: Failed to ")]
    words = "\n".join(lines)
    found = (refusal for pattern, refusal in _MEANINGS if re.search(pattern, words, re.IGNORECASE))
    return next(found, None)


def _filled(refusal: str, where: str, reason: str, variables: Mapping[str, str]) -> Refused:
    filled = {"where": where, "reason": reason, **_facts(variables)}
    cause, remedy = refusal.split("; ", 1)
    return Refused(cause.format(**filled), remedy.format(**filled))


def _facts(variables: Mapping[str, str]) -> dict[str, str]:
    name = next((name for name in PROXIES if variables.get(name)), None)
    proxy = f"{name}={_without_password(variables[name])}" if name else "a proxy"
    through = f" through {proxy}" if name else ""
    advice = "and that proxy" if name else "(behind a proxy set HTTPS_PROXY)"
    return {
        "proxy": proxy,
        "through": through,
        "advice": advice,
        "now": time.strftime("%Y-%m-%d %H:%M", time.localtime()),
        "user": str(os.getuid()),
    }


def _without_password(url: str) -> str:
    return re.sub(r"//[^@/]*@", "//…@", url)


_NO_ANSWER = (
    "{where} does not answer{through}: {reason}; "
    "check the network {advice} and run again: what is there already is kept"
)
_MEANINGS = (
    (
        r"no space left|os error 28|errno 28|disk quota|os error 122",
        "the disk is full: {reason}; make room and run again: what is there already is kept",
    ),
    (
        r"os error 30|read-only file system|permission denied|os error 13",
        "a place cannot be written: {reason}; make it writable, or set UV_CACHE_DIR to one that is",
    ),
    (
        r"proxy auth|\b407\b",
        "{proxy} wants a name and a password; set HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT",
    ),
    (
        r"tunnel error: unsuccessful|tunnel connection failed",
        "{proxy} refuses to connect to {where}: {reason}; use another proxy, or have it allowed",
    ),
    (
        r"certificate.*(expired|not (yet )?valid|notvalidyet)|certexpired",
        "the certificate of {where} is not valid at this machine's time, {now}; set its clock "
        "right (date, timedatectl) and run again",
    ),
    (
        r"certificate|unknownissuer",
        "the certificate of {where} is not trusted{through}: {reason}; set SSL_CERT_FILE to a file "
        "with your network's certificate authority",
    ),
    (
        r"handshake|\bssl\b",
        "what answers for {where}{through} speaks no TLS: {reason}; check the network {advice} "
        "and run again",
    ),
    (
        r"\b401\b",
        "{where} wants a name and a password (401); put them into UV_DEFAULT_INDEX or ~/.netrc",
    ),
    (
        r"\b403\b|forbidden",
        "{where} forbids it (403){through}; use a network, or HTTPS_PROXY, that may reach it",
    ),
    (
        r"timed out|timeout|deadline|dns error|name or service|name resolution|refused|unreachable|"
        r"connection reset|network is down|no route|remote end closed",
        _NO_ANSWER,
    ),
    (
        r"not found in the package registry|there are no versions|hash mismatch|invalid http|"
        r"\bzip\b|expected value|content type|\b404\b|badstatusline|server error|http error 5|"
        r"end of file|another hash|jsondecode|no such wheel|not an index",
        "{where} answers, but not as a package index does: {reason}; does this network ask you to "
        "log in first, or is UV_DEFAULT_INDEX wrong?",
    ),
)
"""Patterns in the output, the most telling first, each with a template of cause and remedy."""
