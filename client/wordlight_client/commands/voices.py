"""``wordlight voices``: the voices that a server has, and how they sound."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import EntryPoint
from pathlib import Path

import click

from wordlight.audio import Clip, write_wav
from wordlight.console import check_not_a_file
from wordlight.errors import NotPlayed, UnknownVoice, WrongUsage
from wordlight_client._voices import ReadyVoice
from wordlight_client.commands._console import print_files, print_note, print_table, stages
from wordlight_client.commands._flags import client_at, server_flags
from wordlight_client.commands._folder import check_file
from wordlight_client.commands._player import Player, find_player
from wordlight_client.commands._sentences import SENTENCES
from wordlight_client.commands._summary import Row
from wordlight_client.commands._values import parse_language
from wordlight_client.commands.main import ENTRY_POINTS, LazyGroup

DEFAULT_TIMEOUT_S = 600.0
SUBCOMMANDS = {
    "list": "wordlight_client.commands.voices:list_voices",
    "try": "wordlight_client.commands.voices:try_voice",
    "add": "wordlight.commands.voices:add",
    "remove": "wordlight.commands.voices:remove",
}


class VoicesGroup(LazyGroup):
    """``wordlight voices``; without a subcommand it lists the voices."""

    def entries(self) -> Mapping[str, EntryPoint]:
        """The subcommands by name. Those for a volume are the server's, and may lack packages."""
        return {name: EntryPoint(name, value, ENTRY_POINTS) for name, value in SUBCOMMANDS.items()}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with ``list`` before them if they name no subcommand."""
        asks_for_help = args[:1] in (["-h"], ["--help"])
        names_none = not args or args[0].startswith("-")
        return super().parse_args(
            ctx, ["list", *args] if names_none and not asks_for_help else args
        )


@click.group(cls=VoicesGroup, short_help="List, hear, add and remove ready voices.")
def voices() -> None:
    """List the server's ready voices and hear them; put voices onto a volume, or take them off.

    \b
    wordlight voices [--language de]
    wordlight voices try emma
    wordlight voices add anna anna.wav --text "Exactly what she says in it."
    wordlight voices remove anna
    """


@click.command("list", short_help="List the server's ready voices.")
@click.option(
    "--language",
    default="",
    callback=parse_language,
    metavar="CODE",
    help="Only voices of this language.",
)
@click.option("--json", "as_json", is_flag=True, help="Write a JSON list, for programs.")
@server_flags(DEFAULT_TIMEOUT_S)
def list_voices(language: str, as_json: bool, url: str, timeout_s: float) -> None:
    """List the server's ready voices: what --voice of narrate takes; the default first.

    Each with its language, who it is, its licence, and the sentence by which its speaker agreed.
    """
    with client_at(url) as client:
        found = client.voices(language, timeout_s=timeout_s)
    if as_json:
        click.echo(json.dumps([asdict(voice) for voice in found], ensure_ascii=False, indent=2))
        return
    if not found:
        of = f" in {language!r}" if language else ""
        print_note(f"The server has no voice{of}.")
        return
    print_table("Voices", [(voice.name, _description(voice)) for voice in found])


@click.command("try", short_help="Hear how a ready voice sounds.")
@click.argument("name")
@click.option(
    "--text", metavar="TEXT", help="What it says; a sentence in its language if left out."
)
@click.option(
    "--language",
    callback=parse_language,
    metavar="CODE",
    help="The language of --text; the voice's own if left out.",
)
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.WAV",
    callback=lambda _context, _option, path: _wav(path),
    help="Write the speech there instead of playing it.",
)  # fmt: skip
@server_flags(DEFAULT_TIMEOUT_S)
def try_voice(
    name: str,
    text: str | None,
    language: str | None,
    out: Path | None,
    url: str,
    timeout_s: float,
) -> None:
    """Let the server's ready voice NAME say a sentence, and play it.

    \b
    wordlight voices try emma
    wordlight voices try emma --text "What a lovely evening!" -o emma.wav
    """
    check_not_a_file("--text", text or "")
    player = find_player() if out is None else []
    if out is not None:
        check_file(out)
    with stages() as stage, client_at(url) as client:
        voice = _voice(client.voices(timeout_s=timeout_s), name)
        sentence = _sentence(voice) if text is None else text
        stage.begin(f"Speaking with {name}")
        began_s = time.monotonic()
        speech = client.speak(
            sentence, voice=name, language=language or voice.language, timeout_s=timeout_s
        )
        wall_s = time.monotonic() - began_s
        if out is None:
            stage.begin(f"Playing {speech.clip.duration_s:.1f} s with {Path(player[0]).name}")
            _play(speech.clip, player)
        else:
            write_wav(out, speech.clip)
    print_table(f"Voice {name}", _rows(voice, sentence, speech.clip, wall_s))
    print_files([out] if out else [])


def _voice(there: Sequence[ReadyVoice], name: str) -> ReadyVoice:
    """The voice of that name.

    Raises:
        UnknownVoice: There is no such voice.
    """
    found = {voice.name: voice for voice in there}
    if name not in found:
        error = UnknownVoice(name, tuple(sorted(found)))
        todo = "choose one of these; `wordlight voices list` describes them"
        raise error.reworded(str(error), f"{error.nearest}{todo}")
    return found[name]


def _sentence(voice: ReadyVoice) -> str:
    """A sentence in the voice's language."""
    if voice.language not in SENTENCES:
        raise WrongUsage(
            f"{voice.name} speaks {voice.language!r}, in which no sentence is known here",
            "give it one with --text",
        )
    return SENTENCES[voice.language]


def _play(clip: Clip, command: Sequence[str]) -> None:
    """Plays the clip to its end.

    Raises:
        NotPlayed: The program failed, or ended too soon to have played it.
    """
    with Player(command) as player:
        player.add(clip)
        player.finish()
    if player.complaint:
        raise NotPlayed(player.complaint)


def _rows(voice: ReadyVoice, sentence: str, clip: Clip, wall_s: float) -> list[Row]:
    return [
        ("says", sentence),
        ("speech", f"{clip.duration_s:.1f} s at {clip.rate_hz:,} Hz, made in {wall_s:.1f} s"),
        *_terms(voice),
    ]


def _terms(voice: ReadyVoice) -> list[Row]:
    """The licence and the consent, as far as they are known."""
    terms = (("licence", voice.licence), ("consent", voice.consent))
    return [(label, value) for label, value in terms if value]


def _description(voice: ReadyVoice) -> str:
    terms = [f"{label}: {value}" for label, value in _terms(voice)]
    return "\n".join([f"{voice.language}  {voice.description}", *terms])


def _wav(path: Path | None) -> Path | None:
    """The file, after a check that its name ends in .wav."""
    if path is not None and path.suffix.lower() != ".wav":
        raise click.BadParameter(f"{path.name!r} must end in .wav, which is what is written")
    return path
