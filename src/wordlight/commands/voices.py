"""``wordlight voices add`` and ``remove``: the voices on a volume, with their terms."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console

from wordlight.audio import Clip
from wordlight.commands._volume_options import models_option, volume_option
from wordlight.console import check_not_a_file
from wordlight.contract import check_language
from wordlight.errors import MissingInput, ReferenceUnusable, ServerError, UnknownVoice
from wordlight.manifest import load_manifest
from wordlight.voices import (
    LONGEST_CONSENT,
    LONGEST_DESCRIPTION,
    LONGEST_LICENCE,
    Measured,
    NewVoice,
    VoiceCard,
    as_voice,
    card_line,
    check_free,
    check_name,
    check_text,
    checked,
    read_recording,
    shelve,
    unshelve,
)

DEFAULT_URL = "localhost:8001"
HEARING_TIMEOUT_S = 120.0
console = Console(highlight=False, soft_wrap=True)


@click.command(short_help="Make a recording a ready voice.")
@click.argument("name")
@click.argument("file")
@click.option("--text", help="Exactly what the recording says; heard by a server if left out.")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="ISO 639-1.")
@click.option(
    "--description", default="", metavar="TEXT", help="Whose voice it is, and from where."
)
@click.option(
    "--licence",
    "--license",
    default="",
    metavar="TEXT|@FILE",
    help="The terms under which the voice may be used, say 'CC BY 4.0'; kept and shown.",
)
@click.option(
    "--consent",
    default="",
    metavar="TEXT|@FILE",
    help="The sentence by which the speaker agreed, or the file that holds it; kept and shown.",
)
@click.option("--replace", "replaces", is_flag=True, help="Take the place of a voice so called.")
@models_option("mini")
@volume_option
@click.option(
    "--url", envvar="WORDLIGHT_URL", default=DEFAULT_URL, show_default=True, show_envvar=True,
    help="The server that hears what is said where --text is left out.",
)  # fmt: skip
def add(
    name: str,
    file: str,
    text: str | None,
    language: str,
    description: str,
    licence: str,
    consent: str,
    replaces: bool,
    models: str,
    volume: Path,
    url: str,
) -> None:
    """Put FILE (a path, or s3://bucket/key) onto the volume as the ready voice NAME.

    It must hold 1 to 15 s of clear speech, in whatever format a phone or a browser records it.
    Running servers find it at once.

    \b
    wordlight voices add anna anna.m4a --text "Exactly what she says."
    wordlight voices add anna anna.webm --licence "CC BY 4.0" --consent @consent.txt
    wordlight voices add anna s3://recordings/anna.wav --language de
    """
    check_not_a_file("--text", text or "", "; --licence and --consent take @FILE")
    clip = read_recording(file)
    served, place = load_manifest(models), volume.expanduser()
    check_name(name)
    if not replaces:
        check_free(name, served, place)
    card = _card(name, language, description, licence, consent)
    measured = checked(clip, "FILE")
    said = _heard(clip, language, url) if text is None else text
    line = check_text(said, clip.duration_s)
    folder = shelve(NewVoice(name, as_voice(clip), line, card), served, place, replaces=replaces)
    console.print(f"{name}: {_figures(measured)}", markup=False)
    for label, told in (("says", line), ("licence", card.licence), ("consent", card.consent)):
        if told:
            console.print(f"{label}: {told}", markup=False)
    console.print(str(folder), markup=False)


@click.command(short_help="Take a voice off the volume.")
@click.argument("name")
@models_option("mini")
@volume_option
def remove(name: str, models: str, volume: Path) -> None:
    """Take the ready voice NAME off the volume; the models' own and the default voice stay."""
    try:
        uncovers = unshelve(name, load_manifest(models), volume.expanduser())
    except UnknownVoice as error:
        todo = "name one of these; `wordlight voices list` describes those of a running server"
        raise error.reworded(str(error), f"{error.nearest}{todo}") from None
    also = f"; {models}'s own {name} is there again" if uncovers else ""
    console.print(f"{name} is removed{also}", markup=False)


def _card(name: str, language: str, description: str, licence: str, consent: str) -> VoiceCard:
    """The card made from the command's options, each value on one line.

    Raises:
        InvalidInput, TooLong: A value cannot be kept; the error names its flag.
    """
    check_language(language)
    return VoiceCard(
        language,
        card_line("--description", description, LONGEST_DESCRIPTION) or f"{name}: added by hand",
        card_line("--licence", licence, LONGEST_LICENCE),
        card_line("--consent", consent, LONGEST_CONSENT),
    )


def _heard(clip: Clip, language: str, url: str) -> str:
    """The text that a server transcribes from the clip."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    from wordlight_client import Client

    try:
        with Client(url, api_key=os.environ.get("WORDLIGHT_API_KEY") or None) as client:
            heard = client.transcribe(clip, language=language, timeout_s=HEARING_TIMEOUT_S)
    except ServerError as error:
        raise MissingInput("--text", f"no server hears what is said: {error}") from None
    if not heard.text.strip():
        raise ReferenceUnusable("FILE", "holds no speech that can be understood", "give --text")
    return heard.text


def _figures(measured: Measured) -> str:
    return (
        f"{measured.duration_s:.2f} s, {measured.speech_s:.2f} s of it speech at "
        f"{measured.level_dbfs:.0f} dBFS, peak {measured.peak_dbfs:.1f} dBFS"
    )
