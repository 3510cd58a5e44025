"""``wordlight burn``: burns subtitles into the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from wordlight.errors import InvalidInput
from wordlight_client._results import SPEECH_FILE
from wordlight_client.burn import CRF, Backdrop, Background, Film, Moving, Plain, Size, behind
from wordlight_client.burn import burn as burn_in
from wordlight_client.commands._console import bar, print_files, print_table, print_warning
from wordlight_client.commands._values import parse_size

FILM_SUFFIXES = (".mp4", ".m4v")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Burn subtitles into a video, over a picture, or over a waveform.")
@click.argument("subtitles", type=_FILE)
@click.option("--onto", type=_FILE, metavar="FILE", help="A video or a picture to lie behind them.")
@click.option(
    "--colour", "--color", "colour", metavar="#RRGGBB", help="A plain colour behind them instead."
)
@click.option("--waveform", is_flag=True, help="Draw the sound too, in the subtitles' colours.")
@click.option(
    "--audio",
    type=_FILE,
    metavar="FILE",
    help=f"The film's sound. Left out: the video's own, or {SPEECH_FILE} beside the subtitles.",
)
@click.option(
    "--size",
    callback=parse_size,
    metavar="WxH|FILE",
    help="Size of the film. Left out: the video's, or what the subtitles are made for.",
)
@click.option(
    "--fonts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="A folder of fonts to use, besides the bundled and the installed ones.",
)
@click.option(
    "--crf",
    type=click.IntRange(0, 51),
    default=CRF,
    metavar="N",
    show_default=True,
    help="Quality as x264 counts it: lower is better and larger.",
)
@click.option("--strict", is_flag=True, help="Fail where there would be a warning.")
@click.option("-y", "--overwrite", is_flag=True, help="Replace a film that is there already.")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="The film, an MP4. Left out: beside the subtitles, under their name.",
)  # fmt: skip
def burn(
    subtitles: Path,
    onto: Path | None,
    colour: str | None,
    waveform: bool,
    audio: Path | None,
    size: Size | None,
    fonts: Path | None,
    crf: int,
    strict: bool,
    overwrite: bool,
    out: Path | None,
) -> None:
    """Burn SUBTITLES (an ASS file) into a film that plays everywhere: H.264 and AAC in MP4.

    A video keeps its size and sound. Without --onto and --colour they stand on a dark backdrop.

    \b
    wordlight burn out/subtitles.ass
    wordlight burn out/subtitles.ass --onto talk.mp4 -o talk-subtitled.mp4
    wordlight burn out/subtitles.ass --onto cover.jpg --waveform
    wordlight burn out/subtitles.ass --colour "#14213D" --audio talk.wav --size 1080x1920
    """
    film_path = checked_out(out or subtitles.with_suffix(".mp4"), [onto, audio], overwrite)
    ground = ground_of(onto, colour)
    with bar(f"Burning {subtitles.name} in") as report:
        film = burn_in(
            subtitles, film_path, ground, audio=audio or _spoken(subtitles, ground),
            waveform=waveform, size=size, fonts=fonts, crf=crf, is_strict=strict,
            on_progress=report,
        )  # fmt: skip
    for complaint in film.complaints:
        print_warning(complaint)
    print_table("Film", film_rows(film))
    print_files([film.path])


def checked_out(
    out: Path,
    sources: Iterable[Path | None],
    overwrite: bool,
    suffixes: Sequence[str] = FILM_SUFFIXES,
) -> Path:
    """The path of the result, once it is checked.

    Raises:
        InvalidInput: The suffix is wrong, the file is one of the sources, or it exists already.
    """
    if out.suffix.lower() not in suffixes:
        raise InvalidInput("--out", f"is {out.name}; it must end in {' or '.join(suffixes)}")
    if any(source is not None and out.resolve() == source.resolve() for source in sources):
        raise InvalidInput("--out", f"is {out.name}, the very file that goes in", "name another")
    if out.exists() and not overwrite:
        raise InvalidInput("--out", f"is there already: {out}", "--overwrite replaces it")
    return out


def ground_of(onto: Path | None, colour: str | None) -> Background:
    """The background of the words.

    Raises:
        InvalidInput: Both are given, or the one that is given is invalid.
    """
    if onto is not None and colour is not None:
        raise InvalidInput("--colour", "cannot go with --onto", "choose one")
    if onto is not None:
        return behind(onto)
    return Backdrop() if colour is None else Plain(colour)


def _spoken(subtitles: Path, ground: Background) -> Path | None:
    """The speech that `wordlight narrate` wrote beside the subtitles, for a silent background."""
    speech = subtitles.with_name(SPEECH_FILE)
    return speech if not isinstance(ground, Moving) and speech.is_file() else None


def film_rows(film: Film) -> list[tuple[str, str]]:
    """The figures of a film."""
    return [
        ("size", f"{film.size[0]}x{film.size[1]}"),
        ("length", f"{film.duration_s:.2f} s"),
        *([("colours", "SDR, made of HDR")] if film.is_tone_mapped else []),
        ("file", f"{film.path.stat().st_size / 1e6:.1f} MB"),
    ]
