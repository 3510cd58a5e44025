"""What phones and browsers record becomes a voice that sounds like the recording."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from wordlight.audio import AudioUnreadable, Clip, read_wav, write_wav
from wordlight.errors import ReferenceUnusable
from wordlight.voices import NewVoice, VoiceCard, as_voice, checked, read_recording, shelve
from wordlight.voices._recordings import VOICE_RATE_HZ
from wordlight.weights import Profile

HEART_FILE = Path(__file__).parents[2] / "models/mini/voices/heart/reference.wav"
HEART = read_wav(HEART_FILE)
TELEPHONE_HZ = 8_000
STUDIO = ("-af", "pan=stereo|c0=c0|c1=c0", "-ar", "48000")
"""Two equal channels; ffmpeg's own way to two makes each 3 dB quieter."""
AAC = ("-c:a", "aac", "-b:a", "96k", *STUDIO)
OPUS = ("-c:a", "libopus", "-b:a", "64k", *STUDIO)
TELEPHONE = ("-c:a", "libopencore_amrnb", "-b:a", "12.2k", "-ac", "1", "-ar", "8000")
FRAGMENTED = ("-movflags", "frag_keyframe+empty_moov")


@dataclass(frozen=True)
class Format:
    """How a recorder writes: a file's ending, ffmpeg's options, whether it knows the file's end."""

    ending: str
    options: tuple[str, ...]
    is_piped: bool = False
    rate_hz: int = VOICE_RATE_HZ
    least_likeness: float = 0.97
    """Of a sentence and another one it is 0.3; a telephone's codec keeps no waveform."""


FORMATS = {
    "phone, m4a": Format("m4a", AAC),
    "phone, m4a in fragments": Format("m4a", ("-f", "mp4", *AAC, *FRAGMENTED), is_piped=True),
    "browser, webm": Format("webm", ("-f", "webm", *OPUS), is_piped=True),
    "browser, webm under another name": Format("wav", ("-f", "webm", *OPUS), is_piped=True),
    "browser, ogg": Format("ogg", ("-f", "ogg", *OPUS), is_piped=True),
    "Safari, mp4": Format("mp4", ("-f", "mp4", *AAC, *FRAGMENTED), is_piped=True),
    "messenger, opus": Format("opus", ("-c:a", "libopus", "-b:a", "24k"), least_likeness=0.9),
    "mp3": Format("mp3", ("-c:a", "libmp3lame", "-b:a", "128k", *STUDIO)),
    "mp3 without a header": Format(
        "mp3",
        ("-f", "mp3", "-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0"),
        is_piped=True,
    ),
    "flac": Format("flac", ("-c:a", "flac", *STUDIO)),
    "flac from a pipe": Format("flac", ("-f", "flac", *STUDIO), is_piped=True),
    "wav": Format("wav", ("-c:a", "pcm_s24le", *STUDIO)),
    "wav from a pipe": Format("wav", ("-f", "wav", *STUDIO), is_piped=True),
    "Apple, caf": Format("caf", ("-c:a", "alac", *STUDIO)),
    "old phone, 3gp": Format("3gp", TELEPHONE, rate_hz=TELEPHONE_HZ, least_likeness=0.65),
    "old phone, amr": Format("amr", TELEPHONE, rate_hz=TELEPHONE_HZ, least_likeness=0.65),
}


def record(clip: Clip, folder: Path, form: Format) -> Path:
    """The clip in that format; a recorder that pipes cannot go back to write a length."""
    source, path = folder / "source.wav", folder / f"anna.{form.ending}"
    write_wav(source, clip)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-i", str(source)]
    target = "pipe:1" if form.is_piped else str(path)
    done = subprocess.run([*command, *form.options, target], capture_output=True, check=True)
    if form.is_piped:
        path.write_bytes(done.stdout)
    return path


def likeness(kept: Clip, original: Clip, rate_hz: int) -> tuple[float, float]:
    """Correlation of both where they fit best, at a rate that both have; and how late it is, s."""
    one, other = (soxr.resample(clip.samples, clip.rate_hz, rate_hz) for clip in (kept, original))
    n = len(one) + len(other)
    products = np.fft.irfft(np.fft.rfft(one, n) * np.conj(np.fft.rfft(other, n)), n)
    best = int(np.argmax(products))
    late = best if best < len(one) else best - n
    norm = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(products[best]) / norm, late / rate_hz


def level_db(samples: NDArray[np.float32]) -> float:
    return 10 * float(np.log10(np.mean(np.square(samples, dtype=np.float64))))


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
def test_the_stored_voice_sounds_like_what_was_recorded(
    form: Format, profile: Profile, tmp_path: Path
) -> None:
    clip = read_recording(str(record(HEART, tmp_path, form)))
    checked(clip, "FILE")

    voice = NewVoice("anna", as_voice(clip), "Anything.", VoiceCard("en", "anna"))
    kept = read_wav(shelve(voice, profile, tmp_path / "volume") / "reference.wav")

    alike, late_s = likeness(kept, HEART, form.rate_hz)
    assert kept.rate_hz == VOICE_RATE_HZ
    assert kept.duration_s == pytest.approx(HEART.duration_s, abs=0.1)
    assert alike > form.least_likeness
    assert abs(late_s) < 0.06
    assert level_db(kept.samples) == pytest.approx(level_db(HEART.samples), abs=1.5)


def test_another_sentence_is_not_taken_for_the_same() -> None:
    emma = read_wav(HEART_FILE.parents[1] / "emma/reference.wav")

    assert likeness(emma, HEART, TELEPHONE_HZ)[0] < 0.3


def test_a_browsers_recording_that_names_no_length_is_as_long_as_its_sound(tmp_path: Path) -> None:
    path = record(HEART, tmp_path, FORMATS["browser, webm"])
    exe = imageio_ffmpeg.get_ffmpeg_exe()

    told = subprocess.run([exe, "-i", str(path)], capture_output=True, check=False).stderr.decode()
    clip = read_recording(str(path))

    assert "Duration: N/A" in told
    assert clip.duration_s == pytest.approx(HEART.duration_s, abs=0.1)


@pytest.mark.parametrize("form", ["phone, m4a", "browser, webm", "mp3", "old phone, amr"])
@pytest.mark.parametrize(
    ("made", "says"),
    [
        (HEART.samples[:12_000], "FILE is 0.5"),
        (np.tile(HEART.samples, 5), "FILE is 19."),
        (np.zeros(72_000, np.float32), "FILE is silent"),
        (np.clip(HEART.samples * 20, -1, 1), "is clipped: "),
    ],
    ids=["short", "long", "silent", "clipped"],
)
def test_a_flaw_is_found_behind_every_codec(
    made: NDArray[np.float32], says: str, form: str, tmp_path: Path
) -> None:
    path = record(Clip(made, HEART.rate_hz), tmp_path, FORMATS[form])

    with pytest.raises(ReferenceUnusable) as refused:
        checked(read_recording(str(path)), "FILE")

    assert says in str(refused.value)


def test_a_lecture_is_refused_as_too_long_for_a_voice_not_for_a_server(tmp_path: Path) -> None:
    path = tmp_path / "lecture.mka"
    exe = imageio_ffmpeg.get_ffmpeg_exe()
    lecture = ["-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=2000", "-c:a", "pcm_s16le"]
    subprocess.run([exe, "-y", "-v", "error", *lecture, str(path)], check=True)

    with pytest.raises(ReferenceUnusable, match=r"FILE is 2,000.* s long; 1 to 15 s are allowed"):
        read_recording(str(path))


@pytest.mark.parametrize(
    ("name", "content"),
    [("notes.txt", b"Good morning."), ("anna.m4a", b"\0" * 4_096), ("anna.webm", b"")],
)
def test_a_file_without_sound_is_refused_by_its_name(
    name: str, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(AudioUnreadable, match=f"{name} cannot be read as audio"):
        read_recording(str(tmp_path / name))


def test_a_picture_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "anna.png"
    exe = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run(
        [exe, "-v", "error", "-f", "lavfi", "-i", "color=s=64x64", "-frames:v", "1", str(path)],
        check=True,
    )

    with pytest.raises(AudioUnreadable, match=r"anna.png cannot .* it has no sound track"):
        read_recording(str(path))
