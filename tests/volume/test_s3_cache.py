"""The bucket stands before the hub: asked first, and filled behind the server's back."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import huggingface_hub.constants
import huggingface_hub.file_download
import pytest
from s3_cases import CACHED, content, entry, pull, visible
from s3_wire import Wire, refusal

from wordlight.volume import Profile, Transfer, bring, load_profile, push_behind
from wordlight.volume._blobs import PUSH, BlobStore
from wordlight.volume._push import push_pending
from wordlight.volume._transfer import Watch

FILES = {"net/model.bin": content(1, 2_000_000), "config.json": b"{}"}
HUB = "hf://owner/name"


class Hub:
    """Speaks as much of the hub's protocol as a download needs."""

    def __init__(self) -> None:
        self.files = dict(FILES)
        self.n_requests = 0
        hub = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.n_requests += 1
                data = hub.files.get(self.path.partition("/resolve/r1/")[2])
                self.send_response(200 if data is not None else 404)
                self.send_header("Content-Length", str(len(data or b"")))
                self.send_header("ETag", '"1234"')
                self.send_header("X-Repo-Commit", "r1")
                self.end_headers()
                if data and self.command == "GET":
                    self.wfile.write(data)

            do_HEAD = do_GET  # noqa: N815 - http.server's name

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub()
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", hub.url)
    template = hub.url + "/{repo_id}/resolve/{revision}/{filename}"
    for module in (huggingface_hub.constants, huggingface_hub.file_download):
        monkeypatch.setattr(module, "HUGGINGFACE_CO_URL_TEMPLATE", template, raising=False)
    yield hub
    hub.close()


def profile(folder: Path) -> Profile:
    return replace(load_profile("mini"), folder=folder, weights={"tiny": entry(FILES, HUB)})


def test_the_hub_is_asked_once_then_the_bucket(
    bucket: Path, wire: Wire, hub: Hub, tmp_path: Path
) -> None:
    (first,) = bring(profile(tmp_path), tmp_path / "one", CACHED)
    work = push_behind(profile(tmp_path), tmp_path / "one", CACHED)
    assert work is not None
    work.join(60)
    n_requests = hub.n_requests

    (second,) = bring(profile(tmp_path), tmp_path / "two", CACHED)

    assert first.where == f"from {HUB}"
    assert second.where == "from s3://weights/cache"
    assert hub.n_requests == n_requests
    assert visible(tmp_path / "one") == visible(tmp_path / "two") == FILES
    assert push_behind(profile(tmp_path), tmp_path / "one", CACHED) is None


def test_a_bucket_that_takes_nothing_stands_in_nobodys_way(
    bucket: Path, wire: Wire, hub: Hub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wire.always = refusal(403, "AccessDenied")

    with caplog.at_level("INFO"):
        bring(profile(tmp_path), tmp_path, CACHED)
        push_pending(profile(tmp_path), BlobStore(tmp_path), CACHED, Watch())

    assert visible(tmp_path) == FILES
    assert "tiny: not pushed to s3://weights/cache" in caplog.text
    assert "access denied (403)" in caplog.text
    assert (tmp_path / "models/tiny/r1" / PUSH).exists()  # tried again at the next start


def test_without_a_bucket_nothing_waits_to_be_pushed(wire: Wire, hub: Hub, tmp_path: Path) -> None:
    bring(profile(tmp_path), tmp_path)

    assert visible(tmp_path) == FILES
    assert push_behind(profile(tmp_path), tmp_path, Transfer()) is None
    assert wire.n_connections == 0


def test_a_corrupt_file_of_the_hub_is_fetched_anew(wire: Wire, hub: Hub, tmp_path: Path) -> None:
    from wordlight.errors import WeightsCorrupt

    hub.files["net/model.bin"] = b"\0" * 2_000_000
    with pytest.raises(WeightsCorrupt, match=r"hf://owner/name/net/model.bin has sha256"):
        pull(entry(FILES, HUB), tmp_path)
    assert visible(tmp_path) == {}

    hub.files = dict(FILES)
    pull(entry(FILES, HUB), tmp_path)

    assert visible(tmp_path) == FILES
