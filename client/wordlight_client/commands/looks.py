"""``wordlight looks``: lists the looks, and shows each in seconds and without a server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from wordlight.contract import LOOKS
from wordlight.errors import InvalidInput
from wordlight.words import Word
from wordlight_client._own_looks import OwnLook, with_look
from wordlight_client.burn import Background, Moving, Size, Still, burn, even
from wordlight_client.commands._console import bar, print_files, print_table, print_warning, stages
from wordlight_client.commands._flags import look_flag, style_flags
from wordlight_client.commands.burn import FILM_SUFFIXES, checked_out, film_rows, ground_of
from wordlight_client.previews import (
    TEXT,
    Preview,
    checked,
    draw_sheet,
    look_rows,
    spoken,
    told_language,
)

SHEET_SUFFIXES = (".png", ".jpg", ".jpeg")
SHEET_FILE = "looks.png"
SIZE = (1280, 720)
LONGEST_SIDE = 1920
"""The longest side of a preview without a given size, even if its background is larger."""
UPRIGHT = frozenset({"shorts"})
"""Guidelines of upright video: a clip is upright if its look follows one of them."""

Named = tuple[str, Mapping[str, Any]]
"""A look's name and its options."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The background of the words, its size, and the caller's fonts."""

    ground: Background
    size: Size | None
    fonts: Path | None


@click.command(short_help="List the looks of subtitles, and see them without a server.")
@click.argument("text", required=False)
@look_flag(multiple=True)
@click.option(
    "--onto",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A video or a picture to lie behind the words.",
)
@click.option(
    "--colour", "--color", "colour", metavar="#RRGGBB", help="A plain colour behind them instead."
)
@style_flags
@click.option(
    "--fonts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="A folder of fonts to use, besides the bundled and the installed ones.",
)
@click.option("-y", "--overwrite", is_flag=True, help="Replace a file that is there already.")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help=f"A contact sheet (.png, .jpg) or a clip of one look (.mp4). Left out: {SHEET_FILE}, "
    "or NAME.mp4 for one look.",
)  # fmt: skip
def looks(
    text: str | None,
    look: tuple[str | OwnLook, ...],
    onto: Path | None,
    colour: str | None,
    size: Size | None,
    fonts: Path | None,
    overwrite: bool,
    out: Path | None,
    **options: Any,
) -> None:
    """List the looks that --look takes; or draw them, with TEXT or a sentence of ours.

    Several looks make a contact sheet: a frame of each, some words lit and some not. One look makes
    a clip without sound, whose words come at an even pace. Flags of the style change them all.

    \b
    wordlight looks                                      the list
    wordlight looks "What I have to say."                looks.png, with all of them
    wordlight looks --look shorts --onto talk.mp4        shorts.mp4
    wordlight looks --look card --look my-look.toml --size 1080x1920 -o two.png
    wordlight looks --look my-look.toml --style '{"scale": 1.3}' -o mine.mp4 --overwrite
    """
    asked = [text, onto, colour, size, fonts, out, *options.values()]
    if not look and all(value is None for value in asked):
        print_list()
        return
    text = TEXT if text is None else text
    words = spoken(text)
    options["language"] = options.get("language") or told_language(text)
    shown = named(look or LOOKS, options)
    path = _out(out, shown, onto, overwrite)
    ground = ground_of(onto, colour)
    save = _save_sheet if path.suffix.lower() in SHEET_SUFFIXES else _save_clip
    save(path, shown, words, Stage(ground, size, fonts))


def print_list() -> None:
    """Prints a line for each look, and the commands that show them."""
    for name, profile, mode, purpose in [("name", "guideline", "mode", "for"), *look_rows()]:
        click.echo(f"{name:<13}{profile:<10}{mode:<9}{purpose}")
    click.echo('\nSee them:  wordlight looks "What I have to say."   (writes looks.png)')
    click.echo("Or one:    wordlight looks --look shorts           (writes shorts.mp4)")
    click.echo("Take one:  wordlight narrate script.txt --look shorts --size 1080x1920")


def named(looks: Iterable[str | OwnLook], options: Mapping[str, Any]) -> list[Named]:
    """The looks with their names; options that all share override those of each look.

    Raises:
        InvalidInput: An option is invalid.
    """
    pairs: list[Named] = []
    for look in looks:
        name = look.name if isinstance(look, OwnLook) else look
        pairs.append((name, with_look({**options, "look": look})))
        checked(pairs[-1][1])
    return pairs


def _out(out: Path | None, shown: Sequence[Named], onto: Path | None, overwrite: bool) -> Path:
    """The path of the sheet or the clip.

    Raises:
        InvalidInput: The path is not allowed, or a clip is to show several looks.
    """
    path = out or Path(f"{shown[0][0]}.mp4" if len(shown) == 1 else SHEET_FILE)
    checked_out(path, [onto], overwrite, (*SHEET_SUFFIXES, *FILM_SUFFIXES))
    if path.suffix.lower() in FILM_SUFFIXES and len(shown) > 1:
        raise InvalidInput(
            "--out", f"is {path.name}, and a clip shows one look", "name it with --look, or a .png"
        )
    return path


def _save_sheet(path: Path, shown: Sequence[Named], words: Sequence[Word], stage: Stage) -> None:
    frame = even(stage.size or _size_of(stage.ground) or SIZE)
    with stages() as progress:
        progress.begin(f"Drawing {len(shown)} look{'s' * (len(shown) != 1)}")
        previews = [Preview.of(*one, words, frame, stage.fonts) for one in shown]
        complaints = draw_sheet(previews, path, stage.ground, frame, fonts=stage.fonts)
    for complaint in complaints:
        print_warning(complaint)
    print_files([path])


def _save_clip(path: Path, shown: Sequence[Named], words: Sequence[Word], stage: Stage) -> None:
    ((name, options),) = shown
    frame = even(stage.size or _size_of(stage.ground) or _usual_size(options))
    preview, ground = Preview.of(name, options, words, frame, stage.fonts), stage.ground
    if isinstance(ground, Moving):  # its speech has other words
        ground = Moving(replace(ground.video, sound=None))
    with tempfile.TemporaryDirectory(prefix="wordlight-looks-") as folder:
        subtitles = Path(folder) / "subtitles.ass"
        subtitles.write_text(preview.ass, "utf-8")
        with bar(f"Filming {name}") as report:
            film = burn(
                subtitles, path, ground, size=frame, fonts=stage.fonts, length_s=preview.length_s,
                on_progress=report,
            )  # fmt: skip
    for complaint in film.complaints:
        print_warning(complaint)
    print_table("Clip", film_rows(film))
    print_files([path])


def _size_of(ground: Background) -> Size | None:
    """The size of the background, reduced to what a preview needs; None if it has no size."""
    match ground:
        case Moving(video=footage) | Still(picture=footage):
            less = min(1.0, LONGEST_SIDE / max(footage.size))
            wide, high = (round(side * less) for side in footage.size)
            return wide, high
    return None


def _usual_size(options: Mapping[str, Any]) -> Size:
    from wordlight.subtitles.previews import RECIPE_OF

    profile = options.get("profile") or RECIPE_OF[options["look"]].profile
    return SIZE[::-1] if profile in UPRIGHT else SIZE
