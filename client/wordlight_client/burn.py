"""A video that shows subtitles while the audio plays: for looking at, and for sending around."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from wordlight.audio import read_audio
from wordlight.errors import WordlightError

FRAME_RATE_HZ = 25
BACKDROP = ("0x24335f", "0x0a0e1c")
"""The background's colours, upper left to lower right: night blue into nearly black."""
GRAIN = 5
"""Strength of the background's grain, of 255 steps."""

_ASS_WARNING = re.compile(r"^\[Parsed_ass_\d+ @ \w+\] \[(?:warning|error|fatal|panic)\]")
_FFMPEG_TAG = re.compile(r"\[[^\]]* @ \w+\] ?")
_PROGRESS = re.compile(r"^out_time_us=(\d+)", re.MULTILINE)


class BurnFailed(WordlightError):
    """ffmpeg failed, or drew the subtitles otherwise than they ask for."""

    code = "BURN_FAILED"

    def __init__(self, log: str) -> None:
        self.log = log
        super().__init__(f"ffmpeg could not burn the subtitles in: {log}")


def burn(
    ass_path: Path,
    audio_path: Path,
    out_path: Path,
    size: tuple[int, int],
    fonts_dir: Path | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> None:
    """An MP4 of the audio under its subtitles, on a plain dark background.

    ``on_progress`` hears how many seconds of the video are done. The file appears under its name
    only when it is whole.

    Raises:
        AudioUnreadable: There is no sound in ``audio_path``.
        BurnFailed: ffmpeg failed, or libass warned, say of a glyph that no font has.
    """
    part = out_path.with_name(f".{out_path.name}.part")
    with tempfile.TemporaryDirectory(prefix="wordlight-burn-") as folder:
        # ffmpeg runs in this folder and its filter sees plain names: nothing needs escaping.
        desk = Path(folder)
        shutil.copyfile(ass_path, desk / "subtitles.ass")
        if fonts_dir is not None:
            (desk / "fonts").symlink_to(fonts_dir.resolve(), target_is_directory=True)
        command = _command(audio_path.resolve(), part.resolve(), size, fonts_dir is not None)
        try:
            _run(command, desk, on_progress or (lambda done_s: None))
            part.replace(out_path)
        finally:
            part.unlink(missing_ok=True)


def _command(audio: Path, out: Path, size: tuple[int, int], has_fonts: bool) -> list[str]:
    duration_s = read_audio(audio).duration_s  # -shortest overshoots by a second
    import imageio_ffmpeg

    width, height = size
    # One frame, repeated: drawing it anew takes longer than all the rest. Its grain hides banding.
    backdrop = (
        f"gradients=size={width}x{height}:rate={FRAME_RATE_HZ}:duration={1 / FRAME_RATE_HZ}"
        f":c0={BACKDROP[0]}:c1={BACKDROP[1]}:x0=0:y0=0:x1={width}:y1={height}:seed=1,"
        f"format=yuv420p,noise=alls={GRAIN}:allf=u,"
        f"loop=loop=-1:size=1,setpts=N/{FRAME_RATE_HZ}/TB"
    )
    subtitles = "ass=subtitles.ass" + ":fontsdir=fonts" * has_fonts
    return [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-y",
        "-loglevel", "level+warning", "-nostats", "-progress", "pipe:1",
        "-f", "lavfi", "-i", backdrop, "-i", f"file:{audio}",
        "-map", "0:v", "-map", "1:a:0", "-vf", subtitles, "-t", f"{duration_s:.6f}",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-b:a", "160k", "-movflags", "+faststart", "-f", "mp4", f"file:{out}",
    ]  # fmt: skip


def _run(command: list[str], folder: Path, on_progress: Callable[[float], None]) -> None:
    """Nothing; ffmpeg's log goes to a file, so that a full pipe can never block it."""
    with (folder / "log").open("w+b") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=log)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                for micros in _PROGRESS.findall(line.decode(errors="replace")):
                    on_progress(int(micros) / 1e6)
            status = process.wait()
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        lines = log.read().decode(errors="replace").splitlines()
    warnings = [line for line in lines if _ASS_WARNING.match(line)]
    if status or warnings:
        raise BurnFailed(_told(lines if status else warnings))


def _told(lines: Iterable[str]) -> str:
    """ffmpeg's lines, each once, without the addresses in them."""
    texts = dict.fromkeys(_FFMPEG_TAG.sub("", line).strip() for line in lines)
    return "; ".join(text for text in texts if text) or "it said nothing"
