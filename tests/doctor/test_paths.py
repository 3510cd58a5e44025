"""Characters of paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from wordlight.doctor import State
from wordlight.doctor._paths import check_paths


def test_a_colon_ends_a_folder_for_the_dynamic_linker() -> None:
    found = check_paths(Path("/opt/v1:2/nvidia_pytriton.libs"))

    assert (found.code, found.state) == ("PATH_WITH_COLON", State.ERROR)
    assert "/opt/v1:2/nvidia_pytriton.libs has a colon" in found.seen


@pytest.mark.parametrize("name", ["my files", "wörk", "語", "a\nb", "$(x)'\"`", "\udcff"])
def test_all_other_characters_reach_triton_through_a_link(name: str) -> None:
    assert check_paths(Path("/opt") / name).state is State.OK
