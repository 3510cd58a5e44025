"""`wordlight key`: the caller gets the key, the file only its hash."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from wordlight.commands.key import key as command
from wordlight.front import hash_key, read_keys


def test_the_line_fits_the_key_and_does_not_hold_it() -> None:
    done = CliRunner().invoke(command, ["anna"], catch_exceptions=False)
    made = done.stderr.split()[-1]

    (stored,) = read_keys(done.stdout)
    assert (stored.name, stored.hash) == ("anna", hash_key(made))
    assert made not in done.stdout


def test_no_two_keys_are_the_same() -> None:
    keys = {CliRunner().invoke(command, ["anna"]).stderr for _ in range(20)}

    assert len(keys) == 20


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a,b", "é" * 65])
def test_a_name_that_no_file_could_hold_is_refused(name: str) -> None:
    done = CliRunner().invoke(command, [name])

    assert done.exit_code == 2
    assert not done.stdout
