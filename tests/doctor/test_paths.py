"""Characters of paths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wordlight.doctor import State
from wordlight.doctor._paths import check_paths, plain_links


@pytest.mark.parametrize("name", ["my files", "wörk", "語", "a\nb", "$(x)'\"`", "\udcff", "a:b"])
def test_what_reaches_triton_as_a_link_is_named(name: str) -> None:
    found = check_paths({"volume": Path("/opt") / name, "HOME": Path("/root")})

    assert (found.state, found.seen) == (State.OK, "reach Triton as links: volume")


def test_plain_paths_need_no_link() -> None:
    assert check_paths({"volume": Path("/opt/volume-1.2")}).seen == "plain"


def test_links_are_made_where_a_servers_would_be_and_go_again(tmp_path: Path) -> None:
    odd = tmp_path / "a:b"
    odd.mkdir()

    with plain_links([tmp_path / "nowhere", tmp_path]) as links:
        assert links is not None
        made = links.plain(odd)
        assert made.samefile(odd)
        assert os.pathsep not in str(made)

    assert list(tmp_path.iterdir()) == [odd]


def test_where_no_folder_takes_links_there_are_none(tmp_path: Path) -> None:
    with plain_links([tmp_path / "nowhere"]) as links:
        assert links is None
