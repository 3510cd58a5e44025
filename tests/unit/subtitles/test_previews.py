"""Previews: the files that the model would write, without its code for reading scripts."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from wordlight.contract import LOOKS
from wordlight.subtitles import SubtitleCall, SubtitleEngine
from wordlight.subtitles.previews import preview

from .passages import story


@pytest.mark.parametrize("look", LOOKS)
def test_a_preview_is_what_the_model_writes(look: str) -> None:
    words, options = story()[:20], {"look": look, "width": 1280, "height": 720}
    starts, ends = (np.array([getattr(w, f"{edge}_s") for w in words]) for edge in ("start", "end"))
    call = SubtitleCall([word.text for word in words], starts, ends, **options)

    shown = preview(words, options)

    assert shown.ass == SubtitleEngine().answer(call).ass
    assert [word.text for caption in shown.captions for word in caption] == call.words


def test_a_preview_needs_nothing_that_reads() -> None:
    code = (
        "import sys; from wordlight.words import Word; "
        "from wordlight.subtitles.previews import preview; "
        "preview([Word('So', 0, 1)], {'look': 'pop'}); print(*sys.modules)"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout.split()

    assert "ass" in loaded
    assert not [name for name in loaded if name.startswith("wordlight.reading")]
