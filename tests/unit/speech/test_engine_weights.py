"""The engine refuses weights and settings that do not fit its network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from wordlight.adapter import speech_weights
from wordlight.errors import SetupError
from wordlight.manifest import load_manifest
from wordlight.speech import SpeechEngine

pytestmark = pytest.mark.usefixtures("denormals")


def test_weights_that_do_not_fit_the_manifest_say_so(tmp_path: Path) -> None:
    weights = speech_weights(load_manifest("mini"), tmp_path)
    architecture = weights.settings.architecture
    settings = replace(
        weights.settings, architecture={**architecture, "depth": architecture["depth"] + 1}
    )
    deeper = replace(weights, settings=settings)

    with pytest.raises(SetupError, match=r"model\.safetensors does not fit .* missing \['transfor"):
        SpeechEngine.load(deeper, "cpu", threads=1)


@pytest.mark.parametrize("grid", [(0, 16), (4, 32), (0, 8, 8, 32), (0, 16, 8, 32)])
def test_a_grid_that_does_not_rise_from_0_to_32_is_refused(
    grid: tuple[int, ...], tmp_path: Path
) -> None:
    weights = speech_weights(load_manifest("mini"), tmp_path)
    weights = replace(weights, settings=replace(weights.settings, grid=grid))

    with pytest.raises(SetupError, match=r"speech\.grid is \[.*\]; it must rise from 0 to 32"):
        SpeechEngine.load(weights, "cpu", threads=1)


def test_a_built_in_guidance_below_0_is_refused(tmp_path: Path) -> None:
    weights = speech_weights(load_manifest("mini"), tmp_path)
    weights = replace(weights, settings=replace(weights.settings, built_in_guidance=-1.0))

    with pytest.raises(SetupError, match=r"speech\.built_in_guidance is -1\.0; it must be 0 or"):
        SpeechEngine.load(weights, "cpu", threads=1)
