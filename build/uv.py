"""uv from PyPI with nothing but Python: one pinned wheel, its hash checked, its binary unpacked.

python3 build/uv.py FOLDER    →  FOLDER/uv-<version>
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import sys
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urljoin

VERSION = "0.13.9"
WHEEL = "uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
SHA256 = "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19"
INDEX = "https://pypi.org/simple/uv/"
TIMEOUT_S = 60


def main() -> None:
    """Prints the path of a uv binary, fetched if it is not there yet."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        sys.exit("Wordlight runs on Linux x86-64: its Triton server comes for nothing else")
    binary = Path(sys.argv[1]) / f"uv-{VERSION}"
    if not binary.is_file():
        binary.parent.mkdir(parents=True, exist_ok=True)
        print(f"fetching uv {VERSION} from PyPI", file=sys.stderr)
        part = binary.with_suffix(".part")
        part.write_bytes(
            zipfile.ZipFile(io.BytesIO(_wheel())).read(f"uv-{VERSION}.data/scripts/uv")
        )
        part.chmod(0o755)
        part.rename(binary)
    print(binary)


def _wheel() -> bytes:
    try:
        accept = {"Accept": "application/vnd.pypi.simple.v1+json"}
        request = urllib.request.Request(INDEX, headers=accept)
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            files = json.load(answer)["files"]
        url = next(urljoin(INDEX, file["url"]) for file in files if file["filename"] == WHEEL)
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
            wheel: bytes = answer.read()
    except OSError as error:
        sys.exit(f"uv cannot be fetched from PyPI ({error}); install uv yourself and run again")
    if hashlib.sha256(wheel).hexdigest() != SHA256:
        sys.exit(f"{WHEEL} from PyPI has another hash than the one pinned in build/uv.py")
    return wheel


if __name__ == "__main__":
    main()
