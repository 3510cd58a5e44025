"""Recordings of all kinds: samples are timed as a player times them, in every container."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from films import (
    JUST,
    MARKS_S,
    ass,
    beep_at,
    ffmpeg,
    heard_s,
    joined,
    level,
    make_marked_film,
    remade,
    seen_s,
)
from wordlight_client.burn import behind, burn
from wordlight_client.burn._probe import LOUDNESS_HZ, read_sound

from wordlight.audio import (
    HIGHEST_RATE_HZ,
    AudioUnreadable,
    Clip,
    read_audio,
    write_wav,
)
from wordlight.errors import TooLong

VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-threads", "1", "-c:a", "libopus")
FLASH = ("-c:v", "flv1", "-c:a", "libmp3lame", "-ar", "44100")
CODECS: dict[str, tuple[str, ...]] = {
    "mp4": (), "mov": (), "mkv": (), "ts": (), "webm": VP8, "flv": FLASH,
}  # fmt: skip


@pytest.mark.parametrize(("picture_at_s", "sound_at_s"), [(0.0, 0.0), (0.0, 1.5), (1.5, 0.0)])
@pytest.mark.parametrize("container", CODECS)
def test_a_beep_is_heard_when_its_flash_is_seen(
    container: str, picture_at_s: float, sound_at_s: float, tmp_path: Path
) -> None:
    film = make_marked_film(
        tmp_path / f"film.{container}", *CODECS[container],
        picture_at_s=picture_at_s, sound_at_s=sound_at_s,
    )  # fmt: skip

    heard = heard_s(read_audio(film))

    assert heard == pytest.approx(seen_s(film), abs=JUST)
    assert heard == pytest.approx(MARKS_S, abs=2 * JUST)


@pytest.mark.parametrize("starts_at_s", [0, 40_000, 95_430], ids=["0", "hours", "wrapped"])
def test_a_broadcast_starts_at_0_whatever_its_clock_shows(starts_at_s: int, tmp_path: Path) -> None:
    film = make_marked_film(tmp_path / "film.mp4", sound_at_s=1.5)

    broadcast = remade(film, tmp_path / "a.ts", "-output_ts_offset", str(starts_at_s))

    assert heard_s(read_audio(broadcast)) == pytest.approx(MARKS_S, abs=JUST)


@pytest.mark.parametrize("sound_at_s", [8.0, 20.0])
def test_a_sound_that_starts_long_after_the_picture_is_found(
    sound_at_s: float, tmp_path: Path
) -> None:
    mark_s = sound_at_s + 1.0
    film = make_marked_film(
        tmp_path / "a.ts", sound_at_s=sound_at_s, marks_s=[mark_s], length_s=mark_s + 1
    )

    assert heard_s(read_audio(film)) == pytest.approx([mark_s], abs=JUST)


@pytest.mark.parametrize(("lost_from_s", "lost_to_s"), [(3.0, 3.3), (2.6, 4.6)])
@pytest.mark.parametrize("container", ["mp4", "mov", "mkv", "ts"])
def test_a_hole_in_the_sound_is_silence_and_moves_nothing(
    container: str, lost_from_s: float, lost_to_s: float, tmp_path: Path
) -> None:
    whole = make_marked_film(tmp_path / "whole.mkv")
    lost = f"noise=drop='gt(pts*tb,{lost_from_s})*lt(pts*tb,{lost_to_s})'"

    film = remade(whole, tmp_path / f"film.{container}", "-bsf:a", lost)

    clip = read_audio(film)
    assert heard_s(clip) == pytest.approx(seen_s(film), abs=JUST)
    middle = slice(*(round(s * clip.rate_hz) for s in (lost_from_s + 0.1, lost_to_s - 0.1)))
    assert level(clip.samples[middle]) < 1e-3


def test_a_long_hole_in_a_broadcasts_sound_is_no_new_clock(tmp_path: Path) -> None:
    whole = make_marked_film(tmp_path / "whole.ts", marks_s=[1.0, 18.0], length_s=20.0)

    film = remade(whole, tmp_path / "a.ts", "-bsf:a", "noise=drop='gt(pts*tb,4)*lt(pts*tb,18)'")

    assert heard_s(read_audio(film)) == pytest.approx([1.0, 18.0], abs=2 * JUST)


def test_what_overlaps_moves_nothing_that_follows(tmp_path: Path) -> None:
    film = make_marked_film(tmp_path / "film.mkv")
    stamps = "setts=ts='if(lt(PTS*TB,4),PTS+0.5/TB,PTS)'"

    late_half = remade(film, tmp_path / "late.mkv", "-bsf:a", stamps)

    assert heard_s(read_audio(late_half)) == pytest.approx([2.5, 5.0], abs=JUST)


def test_one_broken_timestamp_moves_nothing(tmp_path: Path) -> None:
    film = make_marked_film(tmp_path / "film.ts")
    packets = bytearray(film.read_bytes())
    sounds = [
        at for at in range(0, len(packets), 188)
        if packets[at + 1] & 0x41 == 0x41 and packets[at + 2] == 0x01
    ]  # fmt: skip
    at = sounds[len(sounds) // 2]
    header = at + 4 + (1 + packets[at + 4] if packets[at + 3] & 0x20 else 0)
    assert packets[header : header + 4] == b"\x00\x00\x01\xc0", "an audio packet of MPEG"

    packets[header + 11] ^= 0x40  # bit 20 of its time in 90 kHz: 11.65 s
    (tmp_path / "broken.ts").write_bytes(packets)

    heard = heard_s(read_audio(tmp_path / "broken.ts"))
    assert heard == pytest.approx(heard_s(read_audio(film)), abs=JUST)


def test_rough_timestamps_leave_no_seams(tmp_path: Path) -> None:
    beep_at(tmp_path / "even.mka", 0.0, 3.0, "-c:a", "flac")
    stamps = "setts=ts=PTS+mod(N*7\\,19)-9"  # in ms, as a recorder on a busy machine writes them

    remade(tmp_path / "even.mka", tmp_path / "rough.mka", "-bsf:a", stamps)

    first, again = (read_audio(tmp_path / name) for name in ("even.mka", "rough.mka"))
    assert abs(again.duration_s - first.duration_s) <= JUST
    loud = np.flatnonzero(np.abs(again.samples) > 0.01)
    assert np.diff(loud).max() < 4, "no silence inside the beep"


@pytest.mark.parametrize(("rate_hz", "n_channels"), [(48_000, 6), (32_000, 2), (44_100, 1)])
def test_another_rate_and_other_channels_midway_move_nothing(
    rate_hz: int, n_channels: int, tmp_path: Path
) -> None:
    def part(name: str, rate_hz: int, n_channels: int, *arguments: str) -> Path:
        codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-muxdelay", "0", "-c:a", "ac3")
        form = ("-ar", str(rate_hz), "-ac", str(n_channels))
        return make_marked_film(tmp_path / name, *codecs, *form, *arguments)

    parts = part("1.ts", 48_000, 2), part("2.ts", rate_hz, n_channels, "-output_ts_offset", "7")
    clip = read_audio(joined(tmp_path / "both.ts", *parts))

    assert clip.rate_hz == 48_000
    assert heard_s(clip) == pytest.approx([2, 5, 9, 12], abs=JUST)


@pytest.mark.parametrize("restarts_at_s", [0, 3_000], ids=["back", "ahead"])
def test_broadcasts_put_end_to_end_are_heard_one_after_the_other(
    restarts_at_s: int, tmp_path: Path
) -> None:
    one = make_marked_film(tmp_path / "1.ts")
    two = remade(one, tmp_path / "2.ts", "-output_ts_offset", str(restarts_at_s))

    both = joined(tmp_path / "both.ts", one, two)

    assert heard_s(read_audio(both)) == pytest.approx(seen_s(both), abs=3 * JUST)
    assert heard_s(read_audio(both)) == pytest.approx([2, 5, 9, 12], abs=4 * JUST)


MPEG1 = ("-c:v", "mpeg1video", "-r", "25", "-s", "64x48", "-c:a", "mp2")


@pytest.mark.parametrize("restarts_at_s", [0, 5, 100, 3_000])
@pytest.mark.parametrize("container", ["ts", "mpg"])
def test_a_film_whose_clock_starts_anew_is_burnt_on_the_clock_that_is_heard(
    container: str, restarts_at_s: int, tmp_path: Path
) -> None:
    one = make_marked_film(tmp_path / f"1.{container}", *(MPEG1 if container == "mpg" else ()))
    two = remade(one, tmp_path / f"2.{container}", "-output_ts_offset", str(restarts_at_s))
    both = joined(tmp_path / f"both.{container}", one, two)
    (tmp_path / "a.ass").write_text(ass("HELLO"))

    made = burn(tmp_path / "a.ass", tmp_path / "burnt.mp4", behind(both))

    clip = read_audio(both)
    assert heard_s(read_audio(tmp_path / "burnt.mp4")) == pytest.approx(heard_s(clip), abs=JUST)
    assert seen_s(tmp_path / "burnt.mp4") == pytest.approx(heard_s(clip), abs=0.15)
    assert made.duration_s == pytest.approx(clip.duration_s, abs=0.15)


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv"])
def test_a_film_that_was_cut_without_being_coded_anew_is_in_step(
    container: str, tmp_path: Path
) -> None:
    film = make_marked_film(tmp_path / "film.mp4")
    cut = tmp_path / f"cut.{container}"
    ffmpeg("-ss", "1.3", "-i", str(film), "-c", "copy", str(cut))

    heard = heard_s(read_audio(cut))

    assert heard == pytest.approx(seen_s(cut), abs=JUST)
    assert len(heard) == 2


@pytest.mark.parametrize(
    "name", ["a.mp3", "a.m4a", "a.opus", "a.ogg", "a.flac", "a.wav", "a.aiff", "a.caf"]
)
def test_sound_alone_starts_with_its_first_sample(name: str, tmp_path: Path) -> None:
    sound = beep_at(tmp_path / name, 1.0, 2.0)

    clip = read_audio(sound)

    assert heard_s(clip) == pytest.approx([1.0], abs=0.005)
    assert clip.duration_s == pytest.approx(2.0, abs=JUST)


def test_a_flac_of_unknown_length_is_read_to_its_end(tmp_path: Path) -> None:
    beep_at(tmp_path / "a.wav", 1.0, 2.0)
    (tmp_path / "a.flac").write_bytes(ffmpeg("-i", str(tmp_path / "a.wav"), "-f", "flac", "-"))

    assert read_audio(tmp_path / "a.flac").duration_s == 2.0


@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_what_is_timed_in_a_recording_is_in_time_when_it_is_burnt(
    container: str, tmp_path: Path
) -> None:
    film = make_marked_film(tmp_path / f"film.{container}", sound_at_s=1.5, length_s=6.0)
    (tmp_path / "a.ass").write_text(ass("HELLO"))

    burn(tmp_path / "a.ass", tmp_path / "burnt.mp4", behind(film), waveform=True)

    assert heard_s(read_audio(film)) == pytest.approx(seen_s(tmp_path / "burnt.mp4"), abs=2 * JUST)


def test_the_burner_hears_the_same_on_the_same_clock(tmp_path: Path) -> None:
    film = make_marked_film(tmp_path / "film.mkv", sound_at_s=1.5)

    samples = read_sound(film)

    assert heard_s(Clip(samples, LOUDNESS_HZ)) == pytest.approx(MARKS_S, abs=JUST)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mka"])
def test_a_fast_sampled_recording_may_last_as_long_as_any(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = ("-c:a", "pcm_s16le") if name == "a.mka" else ()
    sound = beep_at(tmp_path / name, 1.0, 5.0, "-ar", "192000", *codec)
    monkeypatch.setattr("wordlight.audio._clip.MOST_SAMPLES", 5 * HIGHEST_RATE_HZ + 100)

    clip = read_audio(sound)

    assert clip.rate_hz == HIGHEST_RATE_HZ
    assert clip.duration_s == pytest.approx(5.0, abs=0.001)
    assert heard_s(clip) == pytest.approx([1.0], abs=0.006)


@pytest.mark.parametrize("told", [(0, 0), (36, 0), (2**32 - 1, 2**32 - 1)])
def test_a_wav_whose_recorder_was_killed_is_read_to_its_end(
    told: tuple[int, int], tmp_path: Path
) -> None:
    whole = bytearray(beep_at(tmp_path / "whole.wav", 1.0, 2.0).read_bytes())
    at = whole.index(b"data")
    whole[4:8], whole[at + 4 : at + 8] = (size.to_bytes(4, "little") for size in told)
    (tmp_path / "a.wav").write_bytes(whole)

    clip = read_audio(tmp_path / "a.wav")

    assert clip.duration_s == pytest.approx(2.0, abs=0.001)
    assert heard_s(clip) == pytest.approx([1.0], abs=0.006)


def test_a_wav_that_holds_nothing_says_so(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", Clip(np.zeros(0, np.float32), 24_000))

    with pytest.raises(AudioUnreadable, match="holds no sound that can be decoded"):
        read_audio(tmp_path / "a.wav")


@pytest.mark.parametrize("name", ["a.wav", "a.m4a"])
def test_what_is_too_long_is_refused_with_its_length(name: str, tmp_path: Path) -> None:
    sound = beep_at(tmp_path / name, 0.0, 5.0)

    assert read_audio(sound, longest_s=6.0).duration_s == pytest.approx(5.0, abs=JUST)
    with pytest.raises(TooLong, match=rf"{name} is 5 seconds long; at most 2 are allowed"):
        read_audio(sound, longest_s=2.0)


def test_silence_counts_too(tmp_path: Path) -> None:
    film = make_marked_film(tmp_path / "film.mkv", sound_at_s=6.0)

    with pytest.raises(TooLong, match="is 7 seconds long"):
        read_audio(film, longest_s=3.0)
