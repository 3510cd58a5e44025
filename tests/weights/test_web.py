"""Weights come from a plain web server whole, in parts, over https alone, or with a clear error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from proxy import proxy, set_proxies
from s3_cases import CACHED, PART, QUICK, SIZE, content, described, entry, pull, visible
from s3_wire import Wire
from web_server import WebServer, self_signed, web_server

from wordlight.errors import (
    SetupError,
    StorageChanged,
    WeightsCorrupt,
    WeightsMissing,
    WeightsUnpinned,
)
from wordlight.manifest import WeightEntry, WeightFile
from wordlight.weights import BlobStore, Watch, push_entry
from wordlight.weights._web import MOST_BYTES

NET = content(11)
FILES = {"net.pth": NET, "config.json": b"{}"}


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """A server whose files are right, asked past whatever proxy this machine has."""
    set_proxies(monkeypatch, {})
    with web_server(dict(FILES)) as running:
        yield running


def at(web: WebServer, files: dict[str, bytes] = FILES) -> WeightEntry:
    return entry(files, web.url)


def test_a_pull_brings_every_file_in_ranges(web: WebServer, tmp_path: Path) -> None:
    (moved,) = pull(at(web), tmp_path)

    assert visible(tmp_path) == FILES
    assert moved.n_bytes == SIZE + 2
    assert f"from {web.url}" in str(moved)
    ranges = sorted(span for method, span in web.asked if method == "GET")
    assert len(ranges) == SIZE // PART + 1
    assert f"bytes=0-{PART - 1}" in ranges


def test_a_complete_volume_asks_no_server(web: WebServer, tmp_path: Path) -> None:
    pull(at(web), tmp_path)
    web.asked.clear()

    assert pull(at(web), tmp_path) == []
    assert web.asked == []


def test_cut_connections_are_taken_up_where_they_broke(web: WebServer, tmp_path: Path) -> None:
    web.cut_after_bytes, web.n_cuts = 200_000, 5

    pull(at(web), tmp_path)

    assert visible(tmp_path) == FILES
    assert web.n_cuts == 0
    assert web.n_sent_bytes <= SIZE + 2 + 5 * QUICK.piece_bytes  # a cut costs less than a piece


def test_a_pull_that_failed_goes_on_where_it_stopped(web: WebServer, tmp_path: Path) -> None:
    web.statuses = [*[200] * 5, *[503] * 100]  # a look and four parts of eight
    with pytest.raises(WeightsMissing, match="3 tries: 503") as caught:
        pull(at(web, {"net.pth": NET}), tmp_path)
    assert "what has arrived is kept" in caught.value.remedy
    assert visible(tmp_path) == {}
    web.statuses = []

    pull(at(web, {"net.pth": NET}), tmp_path)

    assert visible(tmp_path) == {"net.pth": NET}
    assert web.n_sent_bytes == SIZE


def test_a_server_that_is_busy_is_asked_again(web: WebServer, tmp_path: Path) -> None:
    web.statuses = [503, 200, 429]

    pull(at(web, {"config.json": b"{}"}), tmp_path)

    assert visible(tmp_path) == {"config.json": b"{}"}


@pytest.mark.timeout(60)
def test_a_silent_server_ends_in_time(web: WebServer, tmp_path: Path) -> None:
    web.pause_s = 2.0

    with pytest.raises(WeightsMissing, match=r"3 tries: .*[Tt]imed? ?out"):
        pull(at(web), tmp_path, replace(QUICK, timeout_s=0.3))


def test_a_file_that_is_not_there_is_named_at_once(web: WebServer, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing) as caught:
        pull(at(web, {"other.pth": b"x"}), tmp_path)

    assert f"open the way to {web.url}/other.pth (404 Not Found)" in caught.value.remedy
    assert str(tmp_path / "models/tiny/r1") in str(caught.value)
    assert len(web.asked) == 1


def test_a_server_without_ranges_gives_what_fits_one_part(web: WebServer, tmp_path: Path) -> None:
    web.knows_ranges = False

    with pytest.raises(WeightsMissing, match="does not answer ranged requests"):
        pull(at(web), tmp_path)
    pull(at(web), tmp_path, replace(QUICK, part_bytes=2 * SIZE))

    assert visible(tmp_path) == FILES


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"Content-Encoding": "gzip"}, "compresses what must come as it is"),
        ({"Content-Length": "many"}, "does not state its length"),
        ({"Content-Length": str(MOST_BYTES + 1)}, "more than any file of weights has"),
    ],
)
def test_an_answer_that_cannot_be_right_is_refused(
    web: WebServer, tmp_path: Path, headers: dict[str, str], says: str
) -> None:
    web.headers = headers

    with pytest.raises(WeightsMissing, match=says):
        pull(at(web), tmp_path)


def test_a_file_of_another_size_is_not_fetched(web: WebServer, tmp_path: Path) -> None:
    web.files["net.pth"] = NET + b"more"

    with pytest.raises(WeightsCorrupt, match=f"has bytes {SIZE + 4}, the manifest says {SIZE}"):
        pull(at(web), tmp_path)

    assert [method for method, _ in web.asked] == ["HEAD", "HEAD"]


def test_other_bytes_are_refused_and_nothing_of_them_is_kept(
    web: WebServer, tmp_path: Path
) -> None:
    web.files["net.pth"] = NET[::-1]

    with pytest.raises(WeightsCorrupt, match=r"models/net\.pth has sha256 .*, the manifest says"):
        pull(at(web), tmp_path)

    assert visible(tmp_path) == {}
    assert list((tmp_path / "blobs/.unfinished").iterdir()) == []


def test_a_file_that_is_replaced_meanwhile_is_noticed(web: WebServer, tmp_path: Path) -> None:
    class Replaces(Watch):
        def moved(self, what: str, n_bytes: int, of_bytes: int) -> None:
            web.files["net.pth"] = NET[::-1]

    from wordlight.weights import bring_entry

    with pytest.raises(StorageChanged):
        bring_entry(at(web, {"net.pth": NET}), BlobStore(tmp_path), QUICK, Replaces(), 5.0)


def test_a_checkpoint_without_a_hash_is_refused_before_any_network(
    web: WebServer, tmp_path: Path
) -> None:
    unpinned = WeightEntry("tiny", web.url, "r1", (WeightFile("net.pth", None, None),))

    with pytest.raises(WeightsUnpinned):
        pull(unpinned, tmp_path)

    assert web.asked == []


def test_the_bucket_stands_before_a_web_server_too(
    bucket: Path, wire: Wire, web: WebServer, tmp_path: Path
) -> None:
    pull(at(web), tmp_path / "one", CACHED)
    push_entry(at(web), BlobStore(tmp_path / "one"), CACHED, Watch())
    web.asked.clear()

    (moved,) = pull(at(web), tmp_path / "two", CACHED)

    assert moved.where == "from s3://weights/cache"
    assert visible(tmp_path / "two") == FILES
    assert web.asked == []


@pytest.mark.parametrize("host", ["models.example", "10.0.0.1", "models.example:8080"])
def test_plain_http_elsewhere_is_refused_before_any_network(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy("refuses") as running:
        set_proxies(monkeypatch, running.variables)

        with pytest.raises(SetupError, match="is plain http, which anyone on the way can change"):
            pull(entry(FILES, f"http://{host}/models"), tmp_path)

    assert running.asked == []


def test_a_redirect_to_plain_http_elsewhere_is_refused(web: WebServer, tmp_path: Path) -> None:
    web.redirect = "http://models.example/net.pth"

    with pytest.raises(WeightsMissing, match=r"http://models\.example/net\.pth is plain http"):
        pull(at(web, {"net.pth": NET}), tmp_path)


def test_redirects_in_a_circle_end(web: WebServer, tmp_path: Path) -> None:
    web.redirect = f"{web.url}/net.pth"

    with pytest.raises(WeightsMissing, match="Exceeded 5 redirects"):
        pull(at(web, {"net.pth": NET}), tmp_path)


def test_https_is_believed_with_its_certificate_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, {})
    certificate = self_signed(tmp_path, "models.example")
    with web_server(dict(FILES), certificate) as web:
        with pytest.raises(WeightsMissing, match="certificate from REQUESTS_CA_BUNDLE"):
            pull(at(web), tmp_path / "one")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))

        pull(at(web), tmp_path / "two")

    assert visible(tmp_path / "two") == FILES


def test_https_elsewhere_is_asked_through_the_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path, "models.example")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with web_server(dict(FILES), certificate) as web:
        place = ("127.0.0.1", web.port)
        with proxy(names={("models.example", 443): place}) as running:
            set_proxies(monkeypatch, {"HTTPS_PROXY": running.url})

            pull(entry(FILES, "https://models.example/models"), tmp_path)

        assert visible(tmp_path) == FILES
        assert running.asked
        assert all(line.startswith("CONNECT models.example:443 ") for line in running.asked)


def test_a_server_on_this_machine_is_asked_past_the_proxy(
    web: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy("refuses") as running:
        set_proxies(monkeypatch, running.variables)

        pull(at(web), tmp_path)

    assert visible(tmp_path) == FILES
    assert running.asked == []


def test_a_proxys_password_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_proxies(monkeypatch, {"https_proxy": "http://me:secret@127.0.0.1:9"})

    with pytest.raises(WeightsMissing) as caught:
        pull(entry(FILES, "https://models.example/models"), tmp_path)

    assert "secret" not in caught.value.told
    assert "models.example" in caught.value.told


def test_a_source_may_end_with_a_slash(web: WebServer, tmp_path: Path) -> None:
    files = (described("config.json", b"{}"),)

    pull(WeightEntry("tiny", f"{web.url}/", "r1", files), tmp_path)

    assert visible(tmp_path) == {"config.json": b"{}"}
