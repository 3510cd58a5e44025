"""One film: its background, its subtitles, its sound, and complaints about it."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from wordlight.errors import BurnFailed, OutOfRange
from wordlight_client.burn._ass_file import AssFile
from wordlight_client.burn._backgrounds import Backdrop, Background, Moving, Still
from wordlight_client.burn._complaints import Complaints
from wordlight_client.burn._ffmpeg import run_ffmpeg
from wordlight_client.burn._fonts import lay_out_fonts
from wordlight_client.burn._plan import Plan, make_plan
from wordlight_client.burn._probe import Size, even, probe
from wordlight_client.burn._shapes import Growth
from wordlight_client.burn._whole import whole

USUAL_SIZE = (1920, 1080)
"""Pixels of a film if neither the background nor the subtitles have a size."""
LONGEST_S = 86_400
"""The longest length that may be given: a day."""
SMALLEST, LARGEST = 16, 8192
"""Pixels that a film's side may have, at least and at most."""
SAME_SHAPE = 0.02
"""Aspect ratios this close count as equal, because sizes are rounded to even numbers."""
CRF = 20
"""x264's constant rate factor, at which letters keep clean edges."""


class _LogReader(Protocol):
    """Finds complaints in ffmpeg's log."""

    def read(self, line: str) -> None:
        """Takes in one line of the log."""

    def sentences(self) -> list[str]:
        """Each complaint once."""


@dataclass(frozen=True, slots=True)
class Film:
    """A finished film. ``complaints`` name its differences from what the subtitles specify.

    ``is_tone_mapped``: whether the background is HDR and was converted; the film is SDR.
    """

    path: Path
    size: Size
    duration_s: float
    complaints: tuple[str, ...]
    is_tone_mapped: bool = False


def behind(path: Path) -> Still | Moving:
    """A file as a background: a still picture or a video, whichever it is.

    Raises:
        PictureUnreadable: The file is neither.
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

    The sound is ``audio``, else the video's own. The film lasts ``length_s`` and needs no sound if
    that is given; else it is as long as the longer of picture and sound. Its size is ``size``, else
    the video's, else the subtitles'. ``fonts`` is a folder of more fonts than the bundled ones.
    ``on_progress`` receives the share done, up to 1. ``out`` appears only when it is whole.

    Raises:
        InvalidInput: A file cannot be read, or a size is not allowed; see the subclasses.
        BurnFailed: ffmpeg failed; or, with ``is_strict``, there is a complaint.
    """
    _check_length(length_s)
    ground, ass = background or Backdrop(), AssFile.read(subtitles)
    film_size = _film_size(ground, ass, size)
    with tempfile.TemporaryDirectory(prefix="wordlight-burn-") as folder:
        desk = _lay_out(Path(folder), subtitles, fonts)
        plan = make_plan(desk, ground, ass, film_size, audio, waveform, length_s)
        early = [*plan.complaints, *_misfits(ass, film_size), *_unseen(ass, plan.duration_s)]
        growth = [Growth(film_size)] if size is None and isinstance(ground, Moving) else []
        log = _Log(early, [Complaints(desk / "fonts"), *growth], is_strict)
        _draw(plan, out, crf, log, desk, on_progress or (lambda share: None))
    is_tone_mapped = _is_hdr(ground) and not plan.complaints
    return Film(out, film_size, plan.duration_s, tuple(log.complaints()), is_tone_mapped)


class _Log:
    """The complaints known before ffmpeg ran, followed by those found in its log.

    Raises, also while reading:
        BurnFailed: ``is_strict`` is set, and there is a complaint.
    """

    def __init__(
        self, early: Sequence[str], readers: Sequence[_LogReader], is_strict: bool
    ) -> None:
        self._early, self._readers, self._is_strict = early, readers, is_strict
        self._check()

    def read(self, line: str) -> None:
        """Takes in one line of the log."""
        for reader in self._readers:
            reader.read(line)
        self._check()

    def complaints(self) -> list[str]:
        """All complaints, in order."""
        late = [sentence for reader in self._readers for sentence in reader.sentences()]
        return [*self._early, *late]

    def _check(self) -> None:
        if self._is_strict and (complaints := self.complaints()):
            raise BurnFailed("; ".join(complaints))


def _check_length(length_s: float | None) -> None:
    if length_s is not None and not 0 < length_s <= LONGEST_S:
        raise OutOfRange("length_s", length_s, 0, LONGEST_S, "s")


def _lay_out(desk: Path, subtitles: Path, fonts: Path | None) -> Path:
    """Fills ffmpeg's folder, with plain names, so that nothing in filters has to be escaped."""
    shutil.copyfile(subtitles, desk / "subtitles.ass")
    lay_out_fonts(fonts, desk / "fonts")
    return desk


def _draw(
    plan: Plan,
    out: Path,
    crf: int,
    log: _Log,
    desk: Path,
    on_progress: Callable[[float], None],
) -> None:
    """Writes the film, and reports shares that never fall."""
    most = 0.0

    def report(done_s: float) -> None:
        nonlocal most
        most = max(most, min(done_s / plan.duration_s, 1.0))
        on_progress(most)

    with whole(out) as part:
        run_ffmpeg(plan.arguments(part, crf), desk, report, log.read)
        report(math.inf)


def _film_size(ground: Background, ass: AssFile, size: Size | None) -> Size:
    own = ground.video.size if isinstance(ground, Moving) else None
    film = even(size or own or ass.size or USUAL_SIZE)
    for name, side in zip(("width", "height"), film, strict=True):
        if not SMALLEST <= side <= LARGEST:
            raise OutOfRange(f"the film's {name}", side, SMALLEST, LARGEST, "pixels")
    return film


def _is_hdr(ground: Background) -> bool:
    match ground:
        case Moving(video=footage) | Still(picture=footage):
            return footage.colours.is_hdr
    return False


def _misfits(ass: AssFile, film: Size) -> list[str]:
    if ass.size is None:
        return []
    made_for = ass.size[0] / ass.size[1]
    if abs(film[0] / film[1] / made_for - 1) <= SAME_SHAPE:
        return []
    made, got = (f"{width}x{height}" for width, height in (ass.size, film))
    return [
        f"the subtitles are made for {made} and the film is {got}: lines may run out of it; "
        f"make them with --size {got}"
    ]


def _unseen(ass: AssFile, duration_s: float) -> list[str]:
    n = sum(start_s >= duration_s for start_s in ass.starts_s)
    begins, is_not = ("begins", "is not") if n == 1 else ("begin", "are not")
    end = f"the film's end at {duration_s:.2f} s and {is_not} seen"
    return [f"{n} of {len(ass.starts_s)} captions {begins} after {end}"] if n else []
