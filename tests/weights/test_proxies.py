"""Downloads take the user's proxy to other machines, and none to this one."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from package_index import PackageIndex, real_uv
from proxy import Proxy, proxy, set_proxies
from s3_cases import QUICK, content, entry, pull, put, visible
from s3_wire import Wire

from wordlight.errors import StorageError, StorageUnavailable
from wordlight.runtimes import Uv
from wordlight.storage import TimeLimits, connect, storage_edge

FILES = {"net/model.safetensors": content(7, 30_000), "config.json": b"{}"}
STORAGE = "http://storage.example:9000"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FETCH = """
import sys
from pathlib import Path
from wordlight.weights import BlobStore
from wordlight.weights._hub import fetch_from_hub
from wordlight.manifest import WeightEntry, WeightFile
from wordlight.weights import Expected
from wordlight.weights import Watch
entry = WeightEntry("tiny", "hf://owner/name", "", (WeightFile("model.bin", None, None),))
store = BlobStore(Path(sys.argv[1]))
store.unfinished.mkdir(parents=True)
fetched = fetch_from_hub(entry, {"model.bin": Expected()}, store, Watch())
print(fetched.files["model.bin"].sha256)
"""


@pytest.fixture
def relay(wire: Wire) -> Iterator[Proxy]:
    """A proxy that alone knows the way to ``storage.example``: the S3 server of these tests."""
    with proxy(names={("storage.example", 9000): ("127.0.0.1", wire.port)}) as running:
        yield running


@pytest.mark.parametrize("spelling", ["HTTP_PROXY", "http_proxy"])
def test_s3_on_another_machine_is_asked_through_the_proxy(
    bucket: Path, relay: Proxy, tmp_path: Path, spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, FILES)
    set_proxies(monkeypatch, {spelling: relay.url})
    monkeypatch.setenv("AWS_ENDPOINT_URL", STORAGE)

    pull(entry(FILES), tmp_path)

    assert visible(tmp_path) == FILES
    assert f"GET {STORAGE}/weights/models/config.json HTTP/1.1" in relay.asked
    assert all(f" {STORAGE}/" in line for line in relay.asked)


def test_an_exception_of_the_users_is_kept(relay: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    set_proxies(monkeypatch, {"HTTP_PROXY": relay.url, "NO_PROXY": "storage.example"})
    monkeypatch.setenv("AWS_ENDPOINT_URL", STORAGE)
    limits = TimeLimits(1.0, 1.0, 1)

    with pytest.raises(StorageUnavailable), storage_edge("s3://x", "ListBucket", limits):
        connect(limits).list_buckets()

    assert relay.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_s3_on_this_machine_is_asked_past_the_proxy(
    bucket: Path, wire: Wire, host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, FILES)
    with proxy("refuses") as running:
        set_proxies(monkeypatch, running.variables)
        monkeypatch.setenv("AWS_ENDPOINT_URL", wire.url.replace("127.0.0.1", host))

        pull(entry(FILES), tmp_path)

        assert visible(tmp_path) == FILES
        assert running.asked == []


def test_a_proxy_that_refuses_is_an_error_of_the_storage(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy("refuses") as running:
        set_proxies(monkeypatch, running.variables)
        monkeypatch.setenv("AWS_ENDPOINT_URL", STORAGE)

        with pytest.raises(StorageError):
            pull(entry(FILES), tmp_path, QUICK)

        assert running.asked


@pytest.fixture(scope="module")
def hub() -> Iterator[int]:
    """As much of the Hugging Face hub as gives one file; the answer is its port."""
    body = FILES["net/model.safetensors"]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_port
        server.shutdown()


def fetched(endpoint: str, folder: Path) -> str:
    """What a process of its own says that it fetched from a hub; the library reads it at import."""
    variables = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(folder / "home")}
    command = [sys.executable, "-c", FETCH, str(folder / "volume")]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr


def test_a_hub_on_this_machine_is_asked_past_the_proxy(
    hub: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy("refuses") as running:
        set_proxies(monkeypatch, running.variables)

        told = fetched(f"http://127.0.0.1:{hub}", tmp_path)

        assert told == hashlib.sha256(FILES["net/model.safetensors"]).hexdigest()
        assert running.asked == []


def test_a_hub_elsewhere_is_asked_through_the_proxy(
    hub: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy(names={("hub.example", 80): ("127.0.0.1", hub)}) as running:
        set_proxies(monkeypatch, running.variables)

        told = fetched("http://hub.example", tmp_path)

        assert told == hashlib.sha256(FILES["net/model.safetensors"]).hexdigest()
        assert any(line.startswith("GET http://hub.example/owner/name/") for line in running.asked)


def test_a_malformed_proxy_is_an_error_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, {"http_proxy": "http://me:secret@127.0.0.1:99999"})

    told = fetched("http://hub.example", tmp_path)

    assert "open the way to the hub (Failed to parse: http://***@127.0.0.1:99999)" in told
    assert "WeightsMissing" in told


@pytest.fixture(scope="module")
def index() -> Iterator[PackageIndex]:
    served = PackageIndex()
    yield served
    served.close()


def resolved(uv: Uv, folder: Path, index_url: str) -> str:
    """What uv finds for ``lamp`` in an index."""
    folder.joinpath("wanted").write_text("lamp\n")
    arguments = ["pip", "compile", "--quiet", "--default-index", f"{index_url}/simple"]
    return uv.run("asking the index", [*arguments, folder / "wanted"])


def test_a_package_index_on_this_machine_is_asked_past_the_proxy(
    index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy("refuses") as running:
        set_proxies(monkeypatch, running.variables)

        found = resolved(Uv(real_uv(), tmp_path / "cache"), tmp_path, index.url)

        assert "lamp==1.0" in found
        assert running.asked == []


def test_a_package_index_elsewhere_is_asked_through_the_proxy(
    index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("127.0.0.1", int(index.url.rpartition(":")[2]))
    with proxy(names={("index.example", 80): place}) as running:
        set_proxies(monkeypatch, running.variables)

        found = resolved(Uv(real_uv(), tmp_path / "cache"), tmp_path, "http://index.example")

        assert "lamp==1.0" in found
        assert "GET http://index.example/simple/lamp/ HTTP/1.1" in running.asked
