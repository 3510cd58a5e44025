"""One film: its background, its subtitles, its sound, and what is wrong with it."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import OutOfRange
from wordlight_client.burn._ass_file import AssFile
from wordlight_client.burn._backgrounds import Backdrop, Background, Moving, Still
from wordlight_client.burn._complaints import Complaints
from wordlight_client.burn._ffmpeg import BurnFailed, run_ffmpeg
from wordlight_client.burn._fonts import lay_out_fonts
from wordlight_client.burn._plan import make_plan
from wordlight_client.burn._probe import Size, even, probe
from wordlight_client.burn._shapes import Growth
from wordlight_client.burn._whole import whole

USUAL_SIZE = (1920, 1080)
"""Of a film, where neither the background nor the subtitles say one."""
LONGEST_S = 86_400
"""A day, of a film whose length is given."""
SMALLEST, LARGEST = 16, 8192
"""Pixels of a film's side."""
SAME_SHAPE = 0.02
"""Aspect ratios this close are one: sizes are rounded to even numbers."""
CRF = 20
"""x264's constant rate factor: letters keep clean edges."""


@dataclass(frozen=True, slots=True)
class Film:
    """What came out. ``complaints`` say where it differs from what the subtitles ask.

    ``is_tone_mapped`` where the background is HDR; the film is SDR then.
    """

    path: Path
    size: Size
    duration_s: float
    complaints: tuple[str, ...]
    is_tone_mapped: bool = False


def behind(path: Path) -> Still | Moving:
    """A file as a background: a still picture or a video, whichever it is.

    Raises:
        PictureUnreadable: It is neither.
    """
    footage = probe(path)
    return Still(footage) if footage.is_still else Moving(footage)


def burn(
    subtitles: Path,
    out: Path,
    background: Background | None = None,
    *,
    audio: Path | None = None,
    waveform: bool = False,
    size: Size | None = None,
    fonts: Path | None = None,
    length_s: float | None = None,
    crf: int = CRF,
    is_strict: bool = False,
    on_progress: Callable[[float], None] | None = None,
) -> Film:
    """An MP4 of the background under the subtitles of an ASS file, with sound.

    The sound is ``audio``, else the video's own. The film lasts ``length_s``, and needs no sound
    then, else as long as the longer of picture and sound; it is of ``size``, else of the video's,
    else of the subtitles'. ``fonts`` is a folder of more fonts than the bundled ones.
    ``on_progress`` hears the share done, up to 1. The file appears under its name only when it is
    whole.

    Raises:
        InvalidInput: A file that cannot be read or a size that cannot be; see the leaves.
        BurnFailed: ffmpeg failed; or, with ``is_strict``, there is a complaint.
    """
    if length_s is not None and not 0 < length_s <= LONGEST_S:
        raise OutOfRange("length_s", length_s, 0, LONGEST_S, "s")
    ground = background or Backdrop()
    script = AssFile.read(subtitles)
    film_size = _film_size(ground, script, size)
    with tempfile.TemporaryDirectory(prefix="wordlight-burn-") as folder:
        # ffmpeg runs in this folder and its filters see plain names: nothing needs escaping.
        desk = Path(folder)
        shutil.copyfile(subtitles, desk / "subtitles.ass")
        lay_out_fonts(fonts, desk / "fonts")
        plan = make_plan(desk, ground, script, film_size, audio, waveform, length_s)
        misfits = [*_misfits(script, film_size), *_unseen(script, plan.duration_s)]
        early = [*plan.complaints, *misfits]
        if is_strict:
            _refuse(early)
        ears: list[Complaints | Growth] = [Complaints(desk / "fonts")]
        if size is None and isinstance(ground, Moving):
            ears.append(Growth(film_size))
        with whole(out) as part:
            tell = _shares(plan.duration_s, on_progress or (lambda share: None))
            late = _draw(plan.arguments(part, crf), desk, ears, is_strict, tell)
    is_tone_mapped = _is_hdr(ground) and not plan.complaints
    return Film(out, film_size, plan.duration_s, (*early, *late), is_tone_mapped)


def _shares(duration_s: float, on_progress: Callable[[float], None]) -> Callable[[float], None]:
    """Tells shares that never fall for seconds that are done."""
    most = 0.0

    def tell(done_s: float) -> None:
        nonlocal most
        most = max(most, min(done_s / duration_s, 1.0))
        on_progress(most)

    return tell


def _draw(
    arguments: Sequence[str],
    desk: Path,
    ears: Sequence[Complaints | Growth],
    is_strict: bool,
    tell: Callable[[float], None],
) -> list[str]:
    """What the ears complain of in ffmpeg's log; the first complaint ends it if it is strict."""

    def sentences() -> list[str]:
        return [sentence for ear in ears for sentence in ear.sentences()]

    def read(line: str) -> None:
        for ear in ears:
            ear.hear(line)
        if is_strict:
            _refuse(sentences())

    run_ffmpeg(arguments, desk, tell, read)
    tell(math.inf)
    return sentences()


def _film_size(ground: Background, script: AssFile, size: Size | None) -> Size:
    own = ground.video.size if isinstance(ground, Moving) else None
    film = even(size or own or script.size or USUAL_SIZE)
    for name, side in zip(("width", "height"), film, strict=True):
        if not SMALLEST <= side <= LARGEST:
            raise OutOfRange(f"the film's {name}", side, SMALLEST, LARGEST, "pixels")
    return film


def _is_hdr(ground: Background) -> bool:
    match ground:
        case Moving(video=footage) | Still(picture=footage):
            return footage.colours.is_hdr
    return False


def _misfits(script: AssFile, film: Size) -> list[str]:
    if script.size is None:
        return []
    made_for = script.size[0] / script.size[1]
    if abs(film[0] / film[1] / made_for - 1) <= SAME_SHAPE:
        return []
    made, got = (f"{width}x{height}" for width, height in (script.size, film))
    return [
        f"the subtitles are made for {made} and the film is {got}: lines may run out of it; "
        f"make them with --size {got}"
    ]


def _unseen(script: AssFile, duration_s: float) -> list[str]:
    n = sum(start_s >= duration_s for start_s in script.starts_s)
    begins, is_not = ("begins", "is not") if n == 1 else ("begin", "are not")
    end = f"the film's end at {duration_s:.2f} s and {is_not} seen"
    return [f"{n} of {len(script.starts_s)} captions {begins} after {end}"] if n else []


def _refuse(complaints: Sequence[str]) -> None:
    if complaints:
        raise BurnFailed("; ".join(complaints))
