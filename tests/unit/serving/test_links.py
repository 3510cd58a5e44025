"""A path that is not plain gets a plain link that leads there."""

from __future__ import annotations

from pathlib import Path

from odd_places import (
    PYTHON,
    environment,
    name_in_pth,
    odd,
    package,
)

from wordlight.serving import Links


def test_what_is_plain_is_handed_on_as_it_is(tmp_path: Path, links: Links) -> None:
    made = environment(tmp_path / "plain")
    name_in_pth(made, package(tmp_path / "packages"))

    assert links.plain(tmp_path) == tmp_path
    assert links.environment(made, PYTHON) == made
    assert not links.folder.exists()


@odd
def test_any_other_path_gets_a_plain_link_that_leads_there(
    tmp_path: Path, links: Links, name: str
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "file").write_text("here")

    link = links.plain(tmp_path / name)

    assert link.parent == links.folder
    assert (link / "file").read_text() == "here"
    assert link.name.isalnum()
    assert link.name.isascii()


def test_a_target_has_the_same_link_at_every_start_and_each_has_its_own(
    tmp_path: Path, links: Links
) -> None:
    first = links.plain(tmp_path / "a b")

    assert links.plain(tmp_path / "a b") == first
    assert Links(links.folder).plain(tmp_path / "a b") == first
    assert links.plain(tmp_path / "a  b") != first


def test_a_stale_link_is_made_anew(tmp_path: Path, links: Links) -> None:
    link = links.plain(tmp_path / "a b")
    link.unlink()
    link.symlink_to("/elsewhere")

    assert links.plain(tmp_path / "a b").readlink() == tmp_path / "a b"


def test_variables_that_name_folders_get_plain_ones(tmp_path: Path, links: Links) -> None:
    odd = tmp_path / "wörk"

    variables = links.variables({
        "HOME": str(odd), "TMPDIR": "/tmp", "NUMBA_CACHE_DIR": f"{odd}/numba",
        "WORDLIGHT_MANIFESTS": "", "LD_LIBRARY_PATH": f"/cuda/lib::{odd}:lib",
        "KEPT": "wörk",
    })  # fmt: skip

    assert Path(variables["HOME"]).readlink() == odd
    assert variables["TMPDIR"] == "/tmp"
    assert Path(variables["NUMBA_CACHE_DIR"]).readlink() == odd / "numba"
    assert variables["WORDLIGHT_MANIFESTS"] == ""
    assert (
        variables["LD_LIBRARY_PATH"] == f"/cuda/lib:{variables['HOME']}:{links.plain(Path('lib'))}"
    )
    assert variables["KEPT"] == "wörk"
