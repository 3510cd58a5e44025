"""Fetches uv from PyPI with nothing but Python: unpacks one pinned wheel after checking its hash.

python3 build/uv.py FOLDER    →  FOLDER/uv-<version>
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import queue
import sys
import threading
import urllib.request
import zipfile
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

VERSION = "0.13.9"
WHEEL = "uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
SHA256 = "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19"
INDEX = "https://pypi.org/simple/uv/"
ANSWERS_WITHIN_S = 12.0
SILENT_FOR_S = 30.0


def main() -> None:
    """Prints the path of the uv binary, which is fetched if it is missing."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        sys.exit("Wordlight runs on Linux x86-64: its Triton server comes for nothing else")
    binary = path_in(Path(sys.argv[1]))
    if not binary.is_file():
        print(f"fetching uv {VERSION} from PyPI", file=sys.stderr)
        try:
            fetch(binary)
        except (OSError, ValueError, LookupError, HTTPException, zipfile.BadZipFile) as error:
            sys.exit(
                f"uv cannot be fetched from {INDEX}; install uv yourself, or see to this:\n"
                f"{type(error).__name__}: {error}"
            )
    print(binary)


def path_in(folder: Path) -> Path:
    """The path of the binary, whether it is there yet or not."""
    return folder / f"uv-{VERSION}"


def fetch(binary: Path) -> None:
    """Fetches uv to this path. The file appears only when complete.

    That holds even if this process is killed, or several processes fetch uv at once.

    Raises:
        OSError: The network or the disk failed.
        ValueError: PyPI, or a host that answers in its place, sent something else.
    """
    wheel = zipfile.ZipFile(io.BytesIO(_wheel()))
    binary.parent.mkdir(parents=True, exist_ok=True)
    for left in binary.parent.glob(f"{binary.name}.*.part"):
        if not Path("/proc", left.name.split(".")[-2]).exists():
            left.unlink(missing_ok=True)
    part = binary.with_name(f"{binary.name}.{os.getpid()}.part")
    try:
        part.write_bytes(wheel.read(f"uv-{VERSION}.data/scripts/uv"))
        part.chmod(0o755)
        part.replace(binary)
    finally:
        part.unlink(missing_ok=True)


def _wheel() -> bytes:
    accept = {"Accept": "application/vnd.pypi.simple.v1+json"}
    listing = json.loads(_answer(urllib.request.Request(INDEX, headers=accept)))
    files = {file["filename"]: file["url"] for file in listing["files"]}
    wheel = _answer(urllib.request.Request(urljoin(INDEX, files[WHEEL])))
    if hashlib.sha256(wheel).hexdigest() != SHA256:
        raise ValueError(f"{WHEEL} has another hash than the one pinned in build/uv.py")
    return wheel


def _answer(request: urllib.request.Request) -> bytes:
    """The body of the answer. A thread asks, because looking up a host name has no timeout."""
    opened: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def open_it() -> None:
        try:
            opened.put(urllib.request.urlopen(request, timeout=SILENT_FOR_S))
        except (OSError, HTTPException) as error:
            opened.put(error)

    threading.Thread(target=open_it, daemon=True).start()
    try:
        answer = opened.get(timeout=ANSWERS_WITHIN_S)
    except queue.Empty:
        raise TimeoutError(f"no answer within {ANSWERS_WITHIN_S:.0f} s: timed out") from None
    if isinstance(answer, Exception):
        raise answer
    with answer:
        body: bytes = answer.read()
    return body


if __name__ == "__main__":
    main()
