"""A package index on loopback with a handful of tiny wheels, and a project locked against it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from wordlight.proxies import beside_proxies

CHECKOUT = Path(__file__).parents[1]
SYMBOL = "_ZN3c105ErrorC2ENS_14SourceLocationE"
TORCH = """
__version__ = "2.8.0+cu128"
class version:
    cuda = "12.8"
def compiled_with_cxx11_abi():
    return True
"""
MODULES: Mapping[str, Mapping[str, str]] = {
    "lamp": {
        "__init__": "",
        "noisy": "print('a library that prints')",
        "broken": f"raise ImportError('lamp.so: undefined symbol: {SYMBOL}')",
        "wrapped": "try:\n    import lamp.broken\nexcept ImportError as e:\n"
        "    raise RuntimeError('lamp is not for this machine') from e",
        "dies": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        "exits": "raise SystemExit(3)",
        "hangs": "import time\ntime.sleep(60)",
    },
    "torch": {"__init__": TORCH},
    "wick": {"__init__": ""},
    "flash_attn": {"__init__": ""},
}
PROJECT = """
[project]
name = "tiny"
version = "0"
requires-python = ">=3.11,<3.13"
[project.optional-dependencies]
engines = ["lamp", "torch"]
mini = ["wick"]
[[tool.uv.index]]
url = "{url}/simple"
default = true
"""


def wheel(name: str, modules: Mapping[str, str], version: str = "1.0") -> bytes:
    """A pure-Python wheel."""
    info = f"{name}-{version}.dist-info"
    files = {f"{name}/{module}.py": source for module, source in modules.items()}
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files[f"{info}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, source in files.items():
            archive.writestr(path, source)
    return packed.getvalue()


class PackageIndex:
    """The simple API of PyPI in JSON, over HTTP; ``fetched`` counts downloads of each package."""

    def __init__(self) -> None:
        self.wheels = {name: wheel(name, modules) for name, modules in MODULES.items()}
        self.fetched: Counter[str] = Counter()
        index = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None: ...

            def do_HEAD(self) -> None:
                self._answer(with_body=False)

            def do_GET(self) -> None:
                self._answer(with_body=True)

            def _answer(self, with_body: bool) -> None:
                kind, name = self.path.strip("/").split("/")[:2]
                name = name.partition("-")[0]
                if kind == "files":
                    index.fetched[name] += with_body
                    body, type_ = index.wheels[name], "application/octet-stream"
                else:
                    body, type_ = index.listing(name), "application/vnd.pypi.simple.v1+json"
                self.send_response(200)
                self.send_header("Content-Type", type_)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if with_body:
                    self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def listing(self, name: str) -> bytes:
        """The JSON page of a package."""
        content = self.wheels[name]
        file = {
            "filename": f"{name}-1.0-py3-none-any.whl",
            "url": self.file_url(name),
            "hashes": {"sha256": self.sha256(name)},
            "size": len(content),
            "upload-time": "2026-01-01T00:00:00Z",
        }
        page = {"meta": {"api-version": "1.1"}, "name": name, "versions": ["1.0"], "files": [file]}
        return json.dumps(page).encode()

    def file_url(self, name: str) -> str:
        """Where the wheel is."""
        return f"{self.url}/files/{name}-1.0-py3-none-any.whl"

    def sha256(self, name: str) -> str:
        """The hash of the wheel as it is served now."""
        return hashlib.sha256(self.wheels[name]).hexdigest()

    def lock(self, folder: Path, uv: Path) -> None:
        """A project in ``folder`` with its lock."""
        (folder / "pyproject.toml").write_text(PROJECT.format(url=self.url), encoding="utf-8")
        subprocess.run(
            [uv, "lock", "--quiet", "--project", folder, "--cache-dir", folder / "cache"],
            check=True,
            env=beside_proxies(os.environ),
        )

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()

    @contextlib.contextmanager
    def serving(self, name: str, content: bytes) -> Iterator[None]:
        """Serves other bytes for a package during the block."""
        before, self.wheels[name] = self.wheels[name], content
        yield
        self.wheels[name] = before


def real_uv() -> Path:
    """uv of PATH, or the one that `./run` fetched; without one the test is skipped."""
    found = shutil.which("uv") or next(map(str, CHECKOUT.glob(".wordlight/bin/uv-*")), None)
    if found is None:
        pytest.skip("needs uv on PATH, or ./run setup once")
    return Path(found)
