"""How ffmpeg makes a film: its inputs and one graph of filters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wordlight.audio import sound_track
from wordlight.errors import MissingInput
from wordlight_client.burn._ass_file import AssFile
from wordlight_client.burn._backgrounds import Background, Moving
from wordlight_client.burn._ffmpeg import SAME_CLOCK
from wordlight_client.burn._probe import Footage, Size, Sound, read_sound
from wordlight_client.burn._waveform import Waveform, duration_s

AUDIO_BITRATE = "160k"
_SOUND = "aresample=async=1:first_pts=0,aformat=channel_layouts=mono|stereo,apad"
"""Makes the sound start with the picture's first frame, have one or two channels, and go on in
silence."""
_LOOP_BACK = ("-c:a", "pcm_f32le", "-f", "null", "-", "-dec", "1:0")
"""A video's sound may change midway like its picture, and is likewise read again as ``[dec:1]``."""
_PICTURE = "ass=subtitles.ass:fontsdir=fonts"


@dataclass(frozen=True, slots=True)
class Plan:
    """The inputs and filters of a film. ``graph`` ends in ``[picture]``, ``sound_graph`` in
    ``[sound]``; the latter is empty for a silent film.
    """

    inputs: tuple[str, ...]
    graph: str
    sound_graph: str
    duration_s: float
    complaints: tuple[str, ...]

    def arguments(self, out: Path, crf: int) -> list[str]:
        """ffmpeg's arguments for an MP4 that every player plays; run it in the plan's folder."""
        graphs, sound = ["-filter_complex", self.graph], list[str]()
        if self.sound_graph:
            graphs += ["-filter_complex", self.sound_graph]
            sound = ["-map", "[sound]", "-c:a", "aac", "-b:a", AUDIO_BITRATE]
        return [
            *SAME_CLOCK, *self.inputs, *graphs, "-map", "[picture]", *sound,
            "-t", f"{self.duration_s:.6f}", "-c:v", "libx264", "-preset", "veryfast",
            "-crf", str(crf), "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4",
            f"file:{out}",
        ]  # fmt: skip


def make_plan(
    desk: Path,
    ground: Background,
    ass: AssFile,
    size: Size,
    audio: Path | None,
    has_waveform: bool,
    length_s: float | None = None,
) -> Plan:
    """The plan for a film of that size; its ``subtitles.ass`` and ``fonts`` lie in ``desk``.

    The film lasts ``length_s``, or else as long as the longer of picture and sound.

    Raises:
        MissingInput: A sound is needed, and there is none.
        AudioUnreadable: The given file has no sound.
    """
    own = ground.video if isinstance(ground, Moving) else None
    is_silent = length_s is not None and own is None and audio is None and not has_waveform
    source = None if is_silent else _sound_file(own, audio, has_waveform)
    samples = read_sound(source) if source is not None and (audio or has_waveform) else None
    sound_s = 0.0 if samples is None else duration_s(samples)
    layer, (sound_inputs, sound_graph) = ground.layer(size), _sound(own, audio)
    bounds = [] if length_s is None else ["-t", f"{length_s:.6f}"]
    inputs, graph = [*bounds, *layer.inputs, *sound_inputs], [f"{layer.filters}[below]"]
    if samples is not None and has_waveform:
        wave = Waveform.of(size, sound_s)
        wave.write(samples, desk / "waveform.nut")
        graph.append(wave.filters(f"{2 if audio else 1}:v", ass.lit, ass.unlit))
        inputs += ["-i", "waveform.nut"]
    graph.append(f"[{'above' if has_waveform else 'below'}]{_PICTURE}[picture]")
    own_s = own.duration_s if own else 0.0
    film_s = max(own_s, sound_s) if length_s is None else length_s
    return Plan(tuple(inputs), ";".join(graph), sound_graph, film_s, layer.complaints)


def _sound(own: Footage | None, audio: Path | None) -> tuple[list[str], str]:
    """The arguments for the sound's input, and its filters; both empty for a silent film."""
    if audio is not None:
        return ["-i", f"file:{audio.resolve()}"], f"[1:a:0]{_SOUND}[sound]"
    if own is None or own.sound is None:
        return [], ""
    track = sound_track(own.path)
    inputs = ["-map", f"0:{track.index}", "-af", _steady(own.sound), *_LOOP_BACK]
    return inputs, f"[dec:1]{_SOUND}[sound]"


def _steady(sound: Sound) -> str:
    """Filters that make the sound's format steady, and give a track without packets one sample.

    A muted microphone makes such a track.
    """
    layout = "mono" if sound.is_mono else "stereo"
    form = f"sample_fmts=flt:sample_rates={sound.rate_hz}:channel_layouts={layout}"
    return f"aformat={form},apad=pad_len=1"


def _sound_file(own: Footage | None, audio: Path | None, has_waveform: bool) -> Path | None:
    """The file whose sound the film has; None for a silent film."""
    if audio is not None:
        return audio
    if own is None:
        raise MissingInput("audio", "only a video brings a sound of its own")
    if has_waveform and own.sound is None:
        raise MissingInput("audio", f"{own.path.name} has no sound to draw")
    return None if own.sound is None else own.path
