"""How ffmpeg makes a film: its inputs and one graph of filters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wordlight.errors import MissingInput
from wordlight_client._backgrounds import Background, Moving
from wordlight_client._probe import Footage, Size, hear
from wordlight_client._script import Script
from wordlight_client._waveform import Waveform, duration_s

AUDIO_BITRATE = "160k"
_SOUND = "aresample=async=1:first_pts=0,aformat=channel_layouts=mono|stereo,apad"
"""In step with the picture from its first frame on, one or two channels, silent in the end."""
_PICTURE = "ass=subtitles.ass:fontsdir=fonts"


@dataclass(frozen=True, slots=True)
class Plan:
    """``graph`` ends in ``[picture]`` and, where there is one, ``[sound]``."""

    inputs: tuple[str, ...]
    graph: str
    has_sound: bool
    duration_s: float

    def arguments(self, out: Path, crf: int) -> list[str]:
        """ffmpeg's, for an MP4 that every player takes; run where the plan's files lie."""
        sound = ["-map", "[sound]", "-c:a", "aac", "-b:a", AUDIO_BITRATE] if self.has_sound else []
        return [
            *self.inputs, "-filter_complex", self.graph, "-map", "[picture]", *sound,
            "-t", f"{self.duration_s:.6f}", "-c:v", "libx264", "-preset", "veryfast",
            "-crf", str(crf), "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4",
            f"file:{out}",
        ]  # fmt: skip


def make_plan(
    desk: Path,
    ground: Background,
    script: Script,
    size: Size,
    audio: Path | None,
    has_waveform: bool,
) -> Plan:
    """The plan for a film of that size; its ``subtitles.ass`` and ``fonts`` lie in ``desk``.

    Raises:
        MissingInput: There is no sound where one is needed.
        AudioUnreadable: There is none in the file given.
    """
    own = ground.video if isinstance(ground, Moving) else None
    voice = _voice(own, audio, has_waveform)
    samples = hear(voice) if voice is not None and (audio or has_waveform) else None
    sound_s = 0.0 if samples is None else duration_s(samples)
    layer = ground.layer(size)
    inputs, graph = list(layer.inputs), [f"{layer.filters}[below]"]
    if audio is not None:
        inputs += ["-i", f"file:{audio.resolve()}"]
    if samples is not None and has_waveform:
        wave = Waveform.of(size, sound_s)
        wave.write(samples, desk / "waveform.nut")
        graph.append(wave.filters(f"{2 if audio else 1}:v", script.lit, script.unlit))
        inputs += ["-i", "waveform.nut"]
    graph.append(f"[{'above' if has_waveform else 'below'}]{_PICTURE}[picture]")
    if voice is not None:
        graph.append(f"[{1 if audio else 0}:a:0]{_SOUND}[sound]")
    own_s = own.duration_s if own else 0.0
    return Plan(tuple(inputs), ";".join(graph), voice is not None, max(own_s, sound_s))


def _voice(own: Footage | None, audio: Path | None, has_waveform: bool) -> Path | None:
    """The file whose sound the film has; None for a silent one."""
    if audio is not None:
        return audio
    if own is None:
        raise MissingInput("audio", "only a video brings a sound of its own")
    if has_waveform and not own.has_sound:
        raise MissingInput("audio", f"{own.path.name} has no sound to draw")
    return own.path if own.has_sound else None
