"""``wordlight looks`` as it is typed: a list, contact sheets and clips, drawn by a real ffmpeg."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from films import ffmpeg, frame, make_video, streams
from sheets import cell, n_green, n_red, sheet
from wordlight_client.burn._fonts import bundled_fonts
from wordlight_client.commands import main as command
from wordlight_client.previews import Grid

from wordlight.contract import LOOKS

pytest.importorskip("ass")

Run = Callable[..., Result]
DOCS = Path(__file__).parents[2] / "docs/looks.md"
SMALL = ("--size", "320x180")
RED_AND_GREEN = '{"primary": "#FF0000", "secondary": "#00FF00", "glow": 0, "size": 36}'


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command in an empty folder, which stays the working folder."""
    entry = EntryPoint("looks", "wordlight_client.commands.looks:looks", "test")
    monkeypatch.setattr(command, "_entry_points", lambda: {"looks": entry})
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: object) -> Result:
        result = CliRunner().invoke(command.main, ["looks", *(str(a) for a in arguments)])
        unexpected = result.exception
        assert unexpected is None or isinstance(unexpected, SystemExit), result.exc_info
        return result

    return invoke


def said(result: Result) -> str:
    return " ".join(result.stderr.split())


def test_without_arguments_it_says_which_there_are_a_line_each(run: Run, tmp_path: Path) -> None:
    result = run()

    head, *rest = result.stdout.splitlines()
    rows = [line.split(maxsplit=3) for line in rest[: len(LOOKS)]]
    assert head.split() == ["name", "guideline", "mode", "for"]
    assert [row[0] for row in rows] == list(LOOKS)
    assert rows[1][:3] == ["shorts", "shorts", "sentence"]
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert not list(tmp_path.iterdir())


def test_the_look_of_ones_own_in_the_docs_can_be_drawn(run: Run, tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    assert example is not None
    (tmp_path / "my-look.toml").write_text(example[1])

    result = run("So it goes.", *SMALL, "--look", "my-look.toml", "-o", "mine.png")

    assert result.exit_code == 0, result.output
    assert "Warning" not in result.stderr


def test_a_sheet_has_every_look_with_some_words_lit_and_some_not(run: Run) -> None:
    result = run(*SMALL, "--style", RED_AND_GREEN, "--karaoke", "k", "--mode", "sentence")

    assert result.exit_code == 0, result.output
    assert result.stdout == "looks.png\n"
    picture, grid = sheet("looks.png"), Grid.of(len(LOOKS), (320, 180))
    assert picture.shape[1::-1] == grid.sheet
    for index, name in enumerate(LOOKS):
        shown = cell(picture, grid, index)
        assert min(n_red(shown), n_green(shown)) > 40, name


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_frames_stand_on_white_with_their_names_below(run: Run, suffix: str) -> None:
    result = run(
        "So it goes.", *SMALL, "--look", "card", "--look", "neon", "--colour", "#204060",
        "-o", f"new/two.{suffix}",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    picture, grid = sheet(f"new/two.{suffix}"), Grid.of(2, (320, 180))
    assert (grid.columns, grid.rows, grid.frame) == (2, 1, (320, 180))
    for index in range(2):
        shown = cell(picture, grid, index)
        assert np.abs(shown[5, 5] - [0x20, 0x40, 0x60]).max() <= 6
        x, y = grid.corner(index)
        label = picture[y + grid.frame[1] : y + grid.cell[1], x : x + 100]
        assert label.max() > 250
        assert label.min() < 60
    assert picture[2].min() > 250


@pytest.mark.parametrize(
    ("size", "frames"), [("320x180", (3, 5)), ("180x180", (4, 4)), ("90x160", (5, 3))]
)
def test_a_grid_is_made_for_the_shape_of_its_frames(size: str, frames: tuple[int, int]) -> None:
    width, height = map(int, size.split("x"))

    grid = Grid.of(13, (width, height))

    assert (grid.columns, grid.rows) == frames
    assert grid.frame == (width, height), "never larger than they are"
    assert Grid.of(13, (width * 9, height * 9)).sheet[0] <= 1800


def test_one_look_makes_a_clip_whose_words_come_at_an_even_pace(run: Run) -> None:
    result = run(
        "One two three four.", *SMALL, "--look", "classic", "--style", RED_AND_GREEN,
        "--karaoke", "k",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "classic.mp4"
    told = streams(Path("classic.mp4"))
    assert "320x180" in told
    assert "Audio" not in told
    lit = [n_red(frame(Path("classic.mp4"), at_s).astype(int)) for at_s in (0.1, 0.5, 0.9, 1.3)]
    assert lit == sorted(lit)
    assert lit[0] < 0.5 * lit[-1]


def test_a_clip_of_a_look_for_upright_video_is_upright(run: Run) -> None:
    assert run("Hi.", "--look", "shorts").exit_code == 0
    assert run("Hi.", "--look", "shorts", "--profile", "bbc", "-o", "wide.mp4").exit_code == 0

    assert "720x1280" in streams(Path("shorts.mp4"))
    assert "1280x720" in streams(Path("wide.mp4"))


def test_a_look_of_ones_own_is_called_as_its_file(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "looks" / r"my{\b1} look.toml"
    own.parent.mkdir()
    own.write_text('base = "card"\n[style]\nprimary = "#FF0000"\nsecondary = "#FF0000"\nsize = 36')

    result = run("So it goes.", *SMALL, "--look", own)
    both = run("So it goes.", *SMALL, "--look", own, "--look", "card", "-o", "two.png")

    assert result.exit_code == both.exit_code == 0, result.output + both.output
    assert result.stdout.splitlines()[-1] == r"my{\b1} look.mp4"
    mine, ours = (cell(sheet("two.png"), Grid.of(2, (320, 180)), index) for index in range(2))
    assert n_red(mine) > 100
    assert n_red(ours) == 0


def test_a_flag_wins_over_a_look_of_ones_own(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('[style]\nprimary = "#FF0000"\nsecondary = "#FF0000"\nglow = 0\nsize = 36')

    style = '{"primary": "#00FF00", "secondary": "#00FF00"}'
    result = run("So it goes.", *SMALL, "--look", own, "--style", style, "-o", "green.png")

    assert result.exit_code == 0, result.output
    assert n_green(sheet("green.png")) > 100
    assert n_red(sheet("green.png")) == 0


def test_a_picture_lies_behind_and_gives_the_size(run: Run, tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    ffmpeg("-f", "lavfi", "-i", "color=blue:s=2560x1280", "-frames:v", "1", str(cover))

    result = run("Hi.", "--onto", cover, "--look", "card", "--look", "pop", "-o", "two.png")

    assert result.exit_code == 0, result.output
    picture, grid = sheet("two.png"), Grid.of(2, (1920, 960))
    assert picture.shape[1::-1] == grid.sheet
    assert cell(picture, grid, 1)[5, 5, 2] > 200


def test_a_video_is_seen_a_while_after_its_beginning(run: Run, tmp_path: Path) -> None:
    black_then_blue = "color=black:s=160x90:r=25:d=3,drawbox=c=blue:t=fill:enable='gt(t,0.5)'"
    video = make_video(tmp_path / "talk.mp4", black_then_blue)

    result = run("Hi.", "--onto", video, "--look", "card", "-o", "one.png")

    assert result.exit_code == 0, result.output
    assert cell(sheet("one.png"), Grid.of(1, (160, 90)), 0)[5, 5, 2] > 200


def test_a_clip_over_a_video_is_as_long_as_the_text_and_silent(run: Run, tmp_path: Path) -> None:
    video = make_video(tmp_path / "talk.mp4", "color=blue:s=160x90:r=25:d=20", sine_hz=440)

    result = run("Hi there.", "--onto", video, "--look", "card")

    assert result.exit_code == 0, result.output
    told = streams(Path("card.mp4"))
    assert "160x90" in told
    assert "Audio" not in told
    assert "Duration: 00:00:01.2" in told
    assert frame(Path("card.mp4"))[3, 3, 2] > 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Hi.", "--look", "shortz"], "'shortz' is no look; did you mean shorts? There are: cl"),
        (["Hi.", "--look", "none.toml"], "none.toml: there is no such file"),
        ([""], "TEXT holds no letter, digit or symbol to show"),
        (["  … "], "TEXT holds no letter, digit or symbol to show"),
        (["word " * 300], "TEXT is 1,500 characters long; at most 1,000 are allowed"),
        (["Hi.", "--onto", "words.txt"], "words.txt cannot be read as a video or picture"),
        (["Hi.", "--onto", "none.png"], "File 'none.png' does not exist"),
        (["Hi.", "-o", "looks.gif"], "is looks.gif; it must end in .png or .jpg or .jpeg or .mp4"),
        (["Hi.", "-o", "all.mp4"], "is all.mp4, and a clip shows one look → name it with --look"),
        (["Hi.", "-o", "old.png"], "--out is there already: old.png → --overwrite replaces it"),
        (["Hi.", "--onto", "old.png", "-o", "old.png", "-y"], "the very file that goes in"),
        (["Hi.", "--onto", "old.png", "--colour", "#123456"], "--colour cannot go with --onto"),
        (["Hi.", "--colour", "blue"], "colour is 'blue'; it must be like #1B2A4A"),
        (["Hi.", "--style", '{"scale": 9}'], "--style gives 'scale' the value 9; it must be a n"),
        (["Hi.", "--limits", '{"lines": 9}'], "--limits gives 'lines' the value 9; it must be a w"),
        (
            ["Hi.", "--size", "20x20"],
            "the width of --size is 20 pixels; it must be from 64 to 8192 pixels",
        ),
        (["Hi.", "--profile", "custom"], "--limits is missing: --profile is custom"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_written(
    run: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "words.txt").write_text("Hi.")
    (tmp_path / "old.png").write_bytes(ffmpeg(
        "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", "-c:v", "png", "-f",
        "image2pipe", "-",
    ))  # fmt: skip
    before = sorted(path.name for path in tmp_path.iterdir())

    result = run(*arguments)

    assert result.exit_code == 2
    assert message in said(result)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_file_that_is_there_is_replaced_where_that_is_asked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.png").write_text("old")

    result = run("Hi.", *SMALL, "--look", "card", "-o", "one.png", "--overwrite")

    assert result.exit_code == 0, result.output
    assert "320x180" not in said(result)
    assert sheet("one.png").shape[1] > 320


@pytest.mark.parametrize("out", ["one.png", "one.mp4"])
def test_a_font_that_is_not_here_is_told(run: Run, out: str) -> None:
    style = '{"font": "Nowhere Sans"}'

    result = run("Hi.", *SMALL, "--look", "classic", "--style", style, "-o", out)

    assert result.exit_code == 0, result.output
    assert "Warning: the font 'Nowhere Sans' is not here;" in said(result)


@pytest.mark.parametrize("out", ["one.png", "one.mp4"])
def test_a_font_of_ones_own_is_drawn(run: Run, tmp_path: Path, out: str) -> None:
    (tmp_path / "fonts").mkdir()
    bundled = bundled_fonts()
    assert bundled is not None
    renamed = (bundled / "Anton-Regular.ttf").read_bytes()
    for encoding in ("utf-16-be", "latin-1"):
        renamed = renamed.replace("Anton".encode(encoding), "Vesta".encode(encoding))
    (tmp_path / "fonts/mine.ttf").write_bytes(renamed)
    arguments = ["Hi.", *SMALL, "--look", "classic", "--style", '{"font": "Vesta"}', "-o", out]

    without = run(*arguments)
    result = run(*arguments, "--fonts", "fonts", "-y")

    assert "'Vesta' is not here" in said(without)
    assert result.exit_code == 0, result.output
    assert "Warning" not in result.stderr


def test_other_scripts_light_up_in_their_direction(run: Run) -> None:
    mark, look = '{"primary": "#FF0000", "size": 36, "glow": 0}', ["--look", "classic"]

    result = run("مرحبا بكم في هذا اليوم", *SMALL, *look, "--style", mark, "-o", "ar.png")

    assert result.exit_code == 0, result.output
    shown = cell(sheet("ar.png"), Grid.of(1, (320, 180)), 0)
    red = np.flatnonzero(((shown[..., 0] > 150) & (shown[..., 1] < 100)).any(axis=0))
    assert red.mean() > 160, "it is read from the right"
