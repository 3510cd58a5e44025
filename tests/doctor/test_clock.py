"""A clock that is wrong."""

from __future__ import annotations

import time

from wordlight.doctor import State
from wordlight.doctor._clock import check_clock

TWO_YEARS_S = 2 * 365 * 86_400


def test_a_clock_two_years_behind_is_older_than_what_we_are_made_of() -> None:
    found = check_clock(time.time() - TWO_YEARS_S)

    assert (found.code, found.state) == ("CLOCK_BEHIND", State.WARNING)
    assert time.strftime("%Y", time.gmtime(time.time() - TWO_YEARS_S)) in found.seen
    assert "timedatectl" in found.remedy


def test_todays_clock_is_fine() -> None:
    assert check_clock().state is State.OK
