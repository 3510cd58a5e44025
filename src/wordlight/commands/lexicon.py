"""``wordlight lexicon``: how words are said, on a volume."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from wordlight.commands._volume_options import volume_option
from wordlight.contract import check_language
from wordlight.errors import InvalidInput, TextUnreadable, TooLong, UnsupportedText
from wordlight.lexicons import (
    MOST_BYTES,
    called,
    edit,
    lexicon_file,
    lexicon_languages,
    read_lexicon,
)
from wordlight.reading.lexicon import (
    Entry,
    Lexicon,
    parse_lexicon,
    with_entries,
    without_word,
    write_lexicon,
)

DEFAULT_LANGUAGE = "en"
MOST_NAMED = 5
"""How many entries that cannot be said are named one by one."""
console = Console(highlight=False, soft_wrap=True)


def language_option(default: str | None, meaning: str) -> Callable[..., Any]:
    """``--language``."""
    return click.option(
        "--language", default=default, show_default=True, metavar="CODE", help=meaning
    )


@click.group(short_help="Say how words are said: names, brands, terms.")
def lexicon() -> None:
    """Keep lexicons on a volume: how words and phrases are said, one lexicon a language.

    Running servers find a change at once.

    \b
    wordlight lexicon add Nguyen win
    wordlight lexicon add tomato /təmˈɑːtoʊ/
    wordlight lexicon add "New York" "noo yawk"
    wordlight lexicon list
    wordlight lexicon remove Nguyen
    wordlight lexicon import names.pls
    """


@lexicon.command(short_help="Say how a word is said.")
@click.argument("word")
@click.argument("said", metavar="RESPELLING|/IPA/")
@language_option(DEFAULT_LANGUAGE, "Of the texts in which it is said so, ISO 639-1.")
@volume_option
def add(word: str, said: str, language: str, volume: Path) -> None:
    """Have WORD, or a phrase, said as if it were written RESPELLING, or by its phonemes.

    In small letters it is found whatever the case; with capitals as it is written. An entry that
    the word has is replaced.
    """
    entry = _entry(word, said)
    file = edit(
        volume.expanduser(),
        check_language(language),
        partial(with_entries, entries=[entry], field=called(language)),
        "lexicon add",
    )
    _warn_of_unsayable([entry], language)
    console.print(write_lexicon([entry]).rstrip(), markup=False)
    console.print(str(file), markup=False)


@lexicon.command("list", short_help="Show the lexicons.")
@language_option(None, "Only this language's.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON for programs.")
@volume_option
def list_entries(language: str | None, is_json: bool, volume: Path) -> None:
    """Show how words are said, in the form that `import` reads."""
    place = volume.expanduser()
    asked = lexicon_languages(place) if language is None else [check_language(language)]
    found = {code: read_lexicon(place, code) for code in asked}
    if is_json:
        records = [_record(code, entry) for code, one in found.items() for entry in one.entries]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    for code, one in found.items():
        console.print(f"# {code}: {_n_entries(len(one))}", markup=False)
        console.print(write_lexicon(one.entries), markup=False, end="")
    if not found:
        console.print("# no lexicon is on the volume; `wordlight lexicon add` begins one")


@lexicon.command(short_help="Have a word said as it is written again.")
@click.argument("word")
@language_option(DEFAULT_LANGUAGE, "Of the lexicon that it is in.")
@volume_option
def remove(word: str, language: str, volume: Path) -> None:
    """Take WORD, written as `list` shows it, out of a language's lexicon."""
    check_language(language)

    def change(text: str) -> str:
        after, is_found = without_word(text, word, called(language))
        if not is_found:
            raise InvalidInput(
                "WORD", f"{word[:40]!r} is not in {called(language)}",
                "`wordlight lexicon list` shows the words that are",
            )  # fmt: skip
        return after

    place = volume.expanduser()
    if not lexicon_file(place, language).exists():
        change("")
    edit(place, language, change, "lexicon remove")
    console.print(f"{word} is removed", markup=False)


@lexicon.command("import", short_help="Put a file's entries into a lexicon.")
@click.argument("file", type=click.File("rb"))
@language_option(None, f"Of the entries; else the xml:lang of PLS, else {DEFAULT_LANGUAGE}.")
@volume_option
def import_entries(file: Any, language: str | None, volume: Path) -> None:
    """Put the entries of FILE, or - for standard input, into a language's lexicon.

    FILE is PLS 1.0 (W3C), or has a line for each entry: word = respelling, or word = /phonemes/.
    All of it or nothing is taken. Words that are there have their entries replaced.
    """
    found = _read(file.read(MOST_BYTES + 1))
    code = check_language(language or found.language or DEFAULT_LANGUAGE)
    path = edit(
        volume.expanduser(),
        code,
        partial(with_entries, entries=found.entries, field=called(code)),
        "lexicon import",
    )
    for warning in found.warnings:
        click.echo(f"Warning: {warning}.", err=True)
    _warn_of_unsayable(found.entries, code)
    console.print(f"{code}: {_n_entries(len(found))} imported", markup=False)
    console.print(str(path), markup=False)


def _entry(word: str, said: str) -> Entry:
    """The entry that was typed.

    Raises:
        InvalidInput, TooLong: The word, the respelling or the phonemes are wrong; the error names
            which.
    """
    Entry.of(word, "so", "WORD")
    if not any(map(str.isalnum, said)):
        raise InvalidInput(
            "RESPELLING", f"is {said[:40]!r}, which says nothing",
            "write how the word is said: in letters, or in IPA between slashes",
        )  # fmt: skip
    return Entry.of(word, said, "/IPA/" if said.strip().startswith("/") else "RESPELLING")


def _warn_of_unsayable(entries: Sequence[Entry], language: str) -> None:
    """Names entries whose phonemes a voice of English passes over, as a server does in its log."""
    with_phonemes = [entry for entry in entries if entry.phonemes]
    if not with_phonemes or language != DEFAULT_LANGUAGE:
        return
    try:
        from wordlight.speech import english_phonemes
    except ModuleNotFoundError:  # the packages of voices are not installed here
        return
    n_named = 0
    for entry in with_phonemes:
        try:
            english_phonemes(entry.phonemes, entry.word, "the entry")
        except UnsupportedText as error:
            n_named += 1
            if n_named <= MOST_NAMED:
                click.echo(f"Warning: {error}; an English voice passes it over.", err=True)
    if n_named > MOST_NAMED:
        click.echo(f"Warning: so it is with {n_named - MOST_NAMED} more entries.", err=True)


def _read(content: bytes) -> Lexicon:
    if len(content) > MOST_BYTES:
        raise TooLong("FILE", len(content), MOST_BYTES, "bytes")
    try:
        found = parse_lexicon(content.decode("utf-8-sig"), "FILE")
    except UnicodeDecodeError as error:
        raise TextUnreadable("FILE", f"it is not UTF-8 at byte {error.start}") from None
    if not len(found):
        raise InvalidInput("FILE", "has no entries")
    return found


def _record(language: str, entry: Entry) -> dict[str, str]:
    how = {"phonemes": entry.phonemes} if entry.phonemes else {"respelling": entry.respelling}
    return {"language": language, "word": entry.word, **how}


def _n_entries(number: int) -> str:
    return f"{number:,} entr{'y' if number == 1 else 'ies'}"
