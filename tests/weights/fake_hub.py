"""As much of the Hugging Face hub as a download needs: branches, commits, files, ETags."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import huggingface_hub.constants
import huggingface_hub.file_download
import pytest

LARGE = (".bin", ".safetensors", ".pt")
"""What the real hub keeps in LFS, whose ETag is the content's sha256."""


class Hub:
    """A server on loopback. ``branches`` say which commit each is; ``commits`` have the files."""

    def __init__(self, commits: Mapping[str, Mapping[str, bytes]], **branches: str) -> None:
        self.commits = {commit: dict(files) for commit, files in commits.items()}
        self.branches = branches
        self.etags: dict[str, str] = {}
        self.asked: list[str] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def etag(self, path: str, data: bytes) -> str:
        """As the hub states it, unless ``etags`` has another for that path."""
        git = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
        lfs = hashlib.sha256(data).hexdigest()
        return self.etags.get(path, lfs if path.endswith(LARGE) else git)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        hub = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.asked.append(f"{self.command} {self.path}")
                _, _, rest = self.path.partition("/resolve/")
                revision, _, path = rest.partition("/")
                commit = hub.branches.get(revision, revision)
                data = hub.commits.get(commit, {}).get(path)
                self.send_response(200 if data is not None else 404)
                self.send_header("Content-Length", str(len(data or b"")))
                if data is not None:
                    self.send_header("ETag", f'"{hub.etag(path, data)}"')
                    self.send_header("X-Repo-Commit", commit)
                self.end_headers()
                if data and self.command == "GET":
                    self.wfile.write(data)

            do_HEAD = do_GET  # noqa: N815 - http.server's name

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        return Answer


@contextmanager
def asked_by_this_process(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The hub's own library, imported long ago, asks this one."""
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", hub.url)
    template = hub.url + "/{repo_id}/resolve/{revision}/{filename}"
    for module in (huggingface_hub.constants, huggingface_hub.file_download):
        monkeypatch.setattr(module, "HUGGINGFACE_CO_URL_TEMPLATE", template, raising=False)
    yield hub
    hub.close()
