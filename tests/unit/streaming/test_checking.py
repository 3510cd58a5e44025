"""With CHECK a chunk in which Whisper misses a word is spoken again."""

from __future__ import annotations

import json

import pytest

from streaming.neighbours import Asked, Neighbourhood, joined, narrated, stream_call
from wordlight.errors import EngineFailed, SilentSpeech
from wordlight.streaming._pieces import TAKE_STRIDE


def test_a_chunk_in_which_all_is_heard_is_spoken_once() -> None:
    models = Neighbourhood()

    parts = narrated(models, stream_call(check=1))

    assert [part.values["TAKES"] for part in parts] == [1] * (len(parts) - 1) + [0]
    assert all(part.values["DOUBTFUL"] == [] for part in parts)
    assert json.loads(parts[-1].values["REPORT"])["doubtful"] == []


def test_the_first_take_in_which_all_is_heard_is_kept() -> None:
    models = Neighbourhood(deaf={(0, 1): 1})

    parts = narrated(models, stream_call(check=1, tries=8))

    assert parts[1].values["TAKES"] == 2
    assert parts[1].values["DOUBTFUL"] == []
    first, second = (asked.values["SEED"] for asked in models.of("piece") if asked.rank == 1)
    assert (first, second) == (8, 8 + TAKE_STRIDE)
    only = narrated(Neighbourhood(), stream_call())
    assert parts[1].values["AUDIO"].tolist() != only[1].values["AUDIO"].tolist()
    assert parts[0].values["AUDIO"].tolist() == only[0].values["AUDIO"].tolist()


@pytest.mark.parametrize(
    ("lost", "kept", "takes"),
    [([3, 1, 2], 1, 3), ([1, 2, 3], 0, 3), ([2, 2, 2], 0, 3), ([3, 2, 1, 1], 2, 4)],
)
def test_the_best_take_is_kept_where_none_is_good(lost: list[int], kept: int, takes: int) -> None:
    models = Neighbourhood(deaf={(take, 1): n_words for take, n_words in enumerate(lost)})

    parts = narrated(models, stream_call(check=1, tries=takes))

    n_words = len(parts[1].values["WORDS"])
    assert parts[1].values["TAKES"] == takes
    assert parts[1].values["DOUBTFUL"] == list(range(n_words - lost[kept], n_words))
    seeds = [asked.values["SEED"] for asked in models.of("piece") if asked.rank == 1]
    aligned = models.of("align")[1].values["AUDIO"]
    again = narrated(Neighbourhood(), stream_call(seed=seeds[kept] - 1))
    assert aligned.tolist() == again[1].values["AUDIO"].tolist()


def test_what_was_heard_in_no_take_is_in_the_report_by_its_place_in_the_script() -> None:
    models = Neighbourhood(deaf={(take, 1): 1 for take in range(3)})

    parts = narrated(models, stream_call(check=1))

    words = joined(parts, "WORDS")
    (doubtful,) = json.loads(parts[-1].values["REPORT"])["doubtful"]
    n_until = len(parts[0].values["WORDS"]) + len(parts[1].values["WORDS"])
    assert doubtful == {"word": n_until - 1, "text": words[n_until - 1]}


@pytest.mark.parametrize("more", [{}, {"tries": 5}, {"check": 0, "tries": 5}])
def test_nobody_listens_without_check(more: dict[str, int]) -> None:
    models = Neighbourhood(deaf={(0, 0): 1})

    parts = narrated(models, stream_call(**more))

    assert "hear" not in models.kinds()
    assert "doubtful" not in json.loads(parts[-1].values["REPORT"])


def test_whisper_listens_in_the_script_s_language() -> None:
    models = Neighbourhood()

    narrated(models, stream_call("Hello there.", check=1))

    (heard,) = models.of("hear")
    assert heard.values["LANGUAGE"] == "en"


def test_a_chunk_that_cannot_be_heard_is_kept_with_a_warning() -> None:
    models = Neighbourhood(failing={("hear", 1): EngineFailed("out of memory")})

    parts = narrated(models, stream_call(check=1))

    without = narrated(Neighbourhood(), stream_call())
    assert joined(parts, "AUDIO") == joined(without, "AUDIO")
    assert parts[1].values["TAKES"] == 1
    (warning,) = parts[1].values["WARNINGS"]
    assert "Whisper failed (ENGINE_FAILED)" in warning
    assert warning in json.loads(parts[-1].values["REPORT"])["warnings"]
    assert [part.values["WARNINGS"] for part in (parts[0], *parts[2:])] == [[]] * (len(parts) - 1)


def test_a_take_that_nobody_could_hear_replaces_none_that_was_heard() -> None:
    models = Neighbourhood(deaf={(0, 1): 1})
    fail_from_take(models, "hear", 2)

    parts = narrated(models, stream_call(check=1))

    only = narrated(Neighbourhood(), stream_call())
    assert joined(parts, "AUDIO") == joined(only, "AUDIO")
    assert len(parts[1].values["DOUBTFUL"]) == 1


def test_a_take_that_cannot_be_spoken_leaves_the_one_before_it() -> None:
    models = Neighbourhood(deaf={(take, 1): 1 for take in range(3)})
    fail_from_take(models, "piece", 2)

    parts = narrated(models, stream_call(check=1))

    assert parts[1].values["TAKES"] == 1
    assert len(parts[1].values["DOUBTFUL"]) == 1


def fail_from_take(models: Neighbourhood, kind: str, take: int) -> None:
    """The requests of a kind for chunk 1 fail from that take on."""
    n_asked = 0

    def fail(asked: Asked) -> None:
        nonlocal n_asked
        if (asked.kind, asked.rank) == (kind, 1):
            n_asked += 1
            if n_asked >= take:
                raise SilentSpeech("text", 3)

    models.before = fail


def test_a_single_try_is_heard_and_not_repeated() -> None:
    models = Neighbourhood(deaf={(0, 0): 1})

    parts = narrated(models, stream_call(check=1, tries=1))

    assert parts[0].values["TAKES"] == 1
    assert len(parts[0].values["DOUBTFUL"]) == 1


def test_seeds_of_takes_stay_below_the_highest() -> None:
    models = Neighbourhood(deaf={(0, 0): 1})

    narrated(models, stream_call("Hello there.", seed=2**63 - 1, check=1))

    assert [one.values["SEED"] for one in models.of("piece")] == [2**63 - 1, TAKE_STRIDE - 1]
