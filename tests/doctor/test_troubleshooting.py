"""The page of messages is the program's own, whole, and each message says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wordlight import errors
from wordlight.doctor import Complaint, State, troubleshooting
from wordlight.doctor._troubleshooting import LATER, complaints, later
from wordlight.errors import (
    BY_CODE,
    InvalidInput,
    ServerError,
    SetupError,
    StorageError,
    WordlightError,
)

PAGE = Path(__file__).parents[2] / "docs/troubleshooting.md"
EVERY = [complaint for _, complaint in complaints()]
NO_LEAVES = {WordlightError.code, ServerError.code}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == troubleshooting(), (
        "run: python build/troubleshooting.py"
    )


def test_no_two_complaints_share_a_code() -> None:
    codes = [complaint.code for complaint in EVERY]

    assert len(codes) > 40
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("complaint", EVERY, ids=lambda complaint: complaint.code)
def test_every_complaint_says_what_it_means_and_what_to_do(complaint: Complaint) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", complaint.code)
    assert complaint.state in (State.WARNING, State.ERROR)
    assert complaint.means.endswith(".")
    assert complaint.remedy
    assert not complaint.remedy.endswith(".")


def test_every_error_that_is_not_the_requests_own_is_explained() -> None:
    page = troubleshooting()
    ours = [
        kind for kind in BY_CODE.values()
        if not issubclass(kind, InvalidInput) and kind.__module__.startswith(errors.__name__)
    ]  # fmt: skip

    assert {kind.code for kind in ours if f"### {kind.code}" not in page} == NO_LEAVES


def test_an_error_says_itself_what_to_do_or_the_page_does() -> None:
    tell = (SetupError, StorageError)
    silent = {kind.code for kind in later() if not issubclass(kind, tell)}

    assert silent <= set(LATER) <= {kind.code for kind in later()}
