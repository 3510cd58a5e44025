"""The pictures that looks are shown on are what they are called."""

from __future__ import annotations

import numpy as np
import pytest
from backgrounds import BACKGROUNDS, Picture, busy, dark, evening, light
from contact_sheets import packed
from PIL import Image

SIZES = [(320, 180), (240, 240), (180, 320)]


def lightness(picture: Picture) -> np.ndarray:
    """(height, width), 0 to 1, as bright as it looks."""
    return picture @ np.array([0.2126, 0.7152, 0.0722]) / 255


def edges(picture: Picture) -> float:
    """The mean step from pixel to pixel, of 1."""
    return float(np.abs(np.diff(lightness(picture), axis=1)).mean())


@pytest.mark.parametrize("size", SIZES)
def test_each_is_a_picture_of_its_size_and_always_the_same(size: tuple[int, int]) -> None:
    for draw in (*BACKGROUNDS.values(), evening):
        picture = draw(*size)

        assert picture.shape == (size[1], size[0], 3)
        assert picture.dtype == np.uint8
        assert np.array_equal(picture, draw(*size))


@pytest.mark.parametrize("size", SIZES)
def test_light_is_bright_and_dark_is_dark_where_captions_stand(size: tuple[int, int]) -> None:
    below = slice(size[1] // 2, None)

    assert np.percentile(lightness(light(*size))[below], 5) > 0.7
    assert np.percentile(lightness(dark(*size))[below], 75) < 0.35


@pytest.mark.parametrize("size", SIZES)
def test_busy_has_edges_everywhere_and_every_shade(size: tuple[int, int]) -> None:
    picture = busy(*size)

    for part in np.array_split(picture, 4):
        assert edges(part) > 8 * edges(evening(*size))
    dark_share, bright_share = (np.percentile(lightness(picture), share) for share in (10, 90))
    assert dark_share < 0.2
    assert bright_share > 0.6


def test_a_sheet_is_packed_as_well_as_its_bytes_allow() -> None:
    picture = Image.fromarray(busy(320, 180))

    (small, low), (large, high) = packed(picture, 12_000), packed(picture, 40_000)

    assert len(small) <= 12_000 < len(large) <= 40_000
    assert low < high
