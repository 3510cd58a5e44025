"""API keys: who is let in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from front_server import Front, front, request

from wordlight.errors import FrontUnusable
from wordlight.front import Key, hash_key, make_key, read_keys

ANNA, BEN = "anna-key", "ben-key"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    keys = (Key("anna", hash_key(ANNA)), Key("ben", hash_key(BEN)))
    with front(tmp_path_factory.mktemp("front"), keys=keys, metrics_need_key=True) as one:
        yield one


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {ANNA}"},
        {"authorization": f"bearer  {BEN}"},
        {"X-API-Key": BEN},
    ],
)
def test_a_known_key_is_let_in(locked: Front, headers: dict[str, str]) -> None:
    assert locked.infer(request(), headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "KEY_MISSING"),
        ({"X-API-Key": ""}, "KEY_MISSING"),
        ({"Authorization": "Basic YTpi"}, "KEY_MISSING"),
        ({"X-API-Key": ANNA + "x"}, "KEY_WRONG"),
        ({"X-API-Key": hash_key(ANNA)}, "KEY_WRONG"),
        ({"X-API-Key": "x" * 600}, "KEY_WRONG"),
        ({"X-API-Key": b"\xff\xfe"}, "KEY_WRONG"),
    ],
)
def test_nobody_else_is(locked: Front, headers: dict[str, str], code: str) -> None:
    locked.upstream.came.clear()

    answer = locked.infer(request(), headers=headers)

    assert answer.status_code == 401
    assert answer.json()["error"].startswith(f"{code}: ")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert locked.upstream.came == []


@pytest.mark.parametrize(
    ("path", "status"),
    [("/ping", 200), ("/health", 200), ("/v2/health/ready", 200), ("/metrics", 401),
     ("/v2", 401), ("/v2/models/voices", 401), ("/v2/models/voices/stats", 401)],
)  # fmt: skip
def test_health_is_open_and_the_rest_is_not(locked: Front, path: str, status: int) -> None:
    assert locked.client.get(locked.url + path).status_code == status


def test_keys_are_read_from_a_file_or_a_variable() -> None:
    anna, ben = (f"{name}:{hash_key(name)}" for name in ("anna", "ben"))

    assert [key.name for key in read_keys(f"# ours\n{anna}\n\n{ben}\n")] == ["anna", "ben"]
    assert [key.name for key in read_keys(f"{anna},{ben}")] == ["anna", "ben"]
    assert read_keys("") == ()


@pytest.mark.parametrize("text", ["secret", "anna:secret", "anna:" + "A" * 64])
def test_what_is_no_hash_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(FrontUnusable) as caught:
        read_keys(text)

    assert "secret" not in str(caught.value)


def test_one_name_has_one_key() -> None:
    with pytest.raises(FrontUnusable, match="two API keys are named anna"):
        read_keys(f"anna:{hash_key('a')} anna:{hash_key('b')}")


def test_a_new_key_is_long_and_another_one_each_time(tmp_path: Path) -> None:
    assert len({make_key() for _ in range(9)}) == 9
    assert len(make_key()) >= 43
