"""Locales, and what people set to forbid UTF-8."""

from __future__ import annotations

import subprocess
import sys

import pytest
from broken import Within

from wordlight.doctor import State

CHECK = "_locale.check_locale()"


@pytest.mark.parametrize(
    "settings",
    [
        "unset LANG LC_ALL LC_CTYPE",
        "export LANG=C",
        "export LC_ALL=C",
        "export LC_ALL=xx_YY.UTF-8",
        "export LC_ALL=en_US.ISO-8859-1",
    ],
)
def test_python_takes_utf_8_in_locales_that_say_nothing_or_are_not_there(
    within: Within, settings: str
) -> None:
    assert within(settings, CHECK).state is State.OK


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ("export PYTHONIOENCODING=ascii", "the encoding of standard output is ascii"),
        (
            "export LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0",
            "the encoding of paths is ascii",
        ),
    ],
)
def test_an_encoding_that_is_not_utf_8_is_a_warning(
    within: Within, settings: str, seen: str
) -> None:
    found = within(settings, CHECK)

    assert (found.code, found.state) == ("LOCALE_NARROW", State.WARNING)
    assert found.seen.startswith(seen)


def test_the_doctor_speaks_where_its_marks_cannot_be_written() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wordlight_client", "doctor", "--models", "maxi"],
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin", "HOME": "/nowhere"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert "Traceback" not in done.stderr
    assert "? locale" not in done.stdout  # a warning's mark is plain
    assert "! locale" in done.stdout
    assert "? clock" in done.stdout
