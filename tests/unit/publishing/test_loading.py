"""Loading uses no network and never fails because of S3; the request that needs S3 does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from proxy import Proxy, proxy, set_proxies
from s3_server import S3

from wordlight.errors import CredentialsMissing, SetupError, StorageUnavailable, WordlightError
from wordlight.publishing import PublishAnswer, PublishCall, PublishEngine, PublishSettings
from wordlight.storage import TimeLimits, connect

Call = Callable[..., PublishCall]
QUICK = TimeLimits(connect_s=1.0, read_s=1.0, attempts=1)
SETTINGS = PublishSettings(frozenset({"films"}), QUICK)
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED")


@pytest.fixture
def metadata_service(s3: S3, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """What a machine without keys asks for them; it refuses, and records who asks."""
    for name in KEYS:
        monkeypatch.delenv(name)
    with proxy("refuses") as service:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url)
        yield service


def outcome(engine: PublishEngine, call: PublishCall) -> PublishAnswer | WordlightError:
    (answer,) = engine.run([call])
    return answer


def test_credentials_are_asked_for_by_the_first_request_and_not_before(
    metadata_service: Proxy, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, {})

    engine = PublishEngine.load(SETTINGS)
    while_loading = list(metadata_service.asked)
    answer = outcome(engine, call())

    assert while_loading == []
    assert isinstance(answer, CredentialsMissing)
    assert metadata_service.asked[0].startswith("PUT /latest/api/token")


@pytest.mark.parametrize("manner", ["refuses", "keeps silent"])
def test_a_proxy_is_not_asked_while_loading(
    metadata_service: Proxy, call: Call, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy(manner) as running:
        set_proxies(monkeypatch, running.variables)

        engine = PublishEngine.load(SETTINGS)
        while_loading = list(running.asked)
        answer = outcome(engine, call())

        assert while_loading == []
        assert isinstance(answer, CredentialsMissing)
        assert running.asked  # boto3 takes the way through it to the metadata service


@pytest.mark.parametrize("wrong", ["http://me:secret@proxy:port", "http://me:secret@[fd00::1"])
def test_a_malformed_proxy_is_a_requests_error_that_names_the_variable(
    s3: S3, call: Call, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, {"HTTP_PROXY": wrong})
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://storage.example:9000")

    answer = outcome(PublishEngine.load(SETTINGS), call())

    assert isinstance(answer, SetupError)
    assert str(answer).startswith("HTTP_PROXY is 'http://***@")


def test_a_proxy_where_nothing_listens_is_a_requests_error_too(
    metadata_service: Proxy, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_proxies(monkeypatch, {"http_proxy": "http://me:secret@127.0.0.1:9"})

    answer = outcome(PublishEngine.load(SETTINGS), call())

    assert isinstance(answer, StorageUnavailable)
    assert "ProxyConnectionError" in str(answer)
    assert "secret" not in str(answer)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("AWS_PROFILE", "nobody", "profile (nobody) could not be found\n→ correct this setting"),
     ("AWS_ENDPOINT_URL", "storage:9000", "write AWS_ENDPOINT_URL as https://host"),
     ("AWS_DEFAULT_REGION", "on the moon", "region_name 'on the moon'"),
     ("AWS_CONFIG_FILE", "[default", "Unable to parse config file"),
     ("AWS_CONFIG_FILE", "[default]\ns3 =\n  addressing_style = none\n", "addressing style none")],
)  # fmt: skip
def test_a_wrong_setting_is_a_requests_error_in_one_sentence(
    s3: S3, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    name: str, value: str, says: str,
) -> None:  # fmt: skip
    if name == "AWS_CONFIG_FILE":
        (tmp_path / "config").write_text(value)
        value = str(tmp_path / "config")
    monkeypatch.setenv(name, value)

    answer = outcome(PublishEngine.load(SETTINGS), call())

    assert isinstance(answer, SetupError)
    assert says in answer.told
    assert "\n" not in str(answer)


def test_a_role_whose_token_is_not_there_is_a_requests_error(
    metadata_service: Proxy, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token")
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/films")

    answer = outcome(PublishEngine.load(SETTINGS), call())

    assert isinstance(answer, SetupError)
    assert "No such file" in str(answer)
    assert "/nowhere" not in str(answer)  # paths of the server are for its log


def test_eight_first_requests_share_one_client(s3: S3, call: Call) -> None:
    made: list[Any] = []
    together = threading.Barrier(8)

    def open_s3() -> Any:
        made.append(connect(QUICK))
        return made[-1]

    engine = PublishEngine(SETTINGS, open_s3)

    def ask(number: int) -> PublishAnswer | WordlightError:
        together.wait()
        return outcome(engine, call(key=f"first-{number}"))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))

    assert [type(answer) for answer in answers] == [PublishAnswer] * 8
    assert len(made) == 1


def test_after_a_failure_the_next_request_tries_again(
    s3: S3, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = PublishEngine.load(SETTINGS)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    first = outcome(engine, call())
    monkeypatch.delenv("AWS_PROFILE")
    second = outcome(engine, call(key="again"))

    assert isinstance(first, SetupError)
    assert isinstance(second, PublishAnswer)
