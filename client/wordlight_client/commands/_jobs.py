"""Several scripts in one call of ``wordlight narrate``; each gets a folder of its own."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from wordlight.console import (
    EXIT_BAD_INPUT,
    EXIT_FAILED,
    as_typed,
    command_line,
    exit_code,
    print_problem,
)
from wordlight.errors import CannotResume, InvalidInput, ScriptUnusable, WordlightError, WrongUsage
from wordlight.storage import write_whole
from wordlight_client._progress import Asked, Progress
from wordlight_client._results import SPEECH_FILE
from wordlight_client.commands._console import (
    file_failure,
    print_note,
    print_table,
)
from wordlight_client.commands._flags import client_at
from wordlight_client.commands._folder import check_folder
from wordlight_client.commands._job import How, Job, save_job
from wordlight_client.commands._narrating import PROGRESS_FOLDER, begin
from wordlight_client.commands._option_words import in_options
from wordlight_client.commands._summary import Row
from wordlight_client.commands._values import STANDARD_INPUT

LEDGER_FILE = ".narrations.json"


def folders_of(names: Sequence[str], out: Path) -> list[Path]:
    """A folder for each file: ``out/one`` for ``one.txt``.

    Raises:
        WrongUsage: Two files would have the same folder, or one is standard input.

    >>> [str(folder) for folder in folders_of(["a/one.txt", "two.md"], Path("out"))]
    ['out/one', 'out/two']
    """
    folders: dict[str, str] = {}
    for name in names:
        stem = Path(name).stem
        if name == STANDARD_INPUT:
            raise WrongUsage("- (standard input) has no name for a folder", "give it alone")
        if not stem.strip("."):
            raise WrongUsage(f"{name} has no name for a folder", "give it alone")
        if (other := folders.get(stem.casefold())) is not None:
            raise WrongUsage(
                f"{other} and {name} would both go into {out / stem}",
                "narrate them apart, each with another --out",
            )
        folders[stem.casefold()] = name
    return [out / Path(name).stem for name in names]


def save_all(jobs: Sequence[Job], out: Path, how: How) -> int:
    """Speaks one script after another, and returns the exit code, 0 if none failed.

    All scripts are checked before the first is spoken. One that fails does not stop the others.

    Raises:
        ScriptUnusable: A script or its options are invalid.
        CannotResume: There is nothing to go on with.
        OSError: A folder cannot be written to.
    """
    asked = [_asked(job, how) for job in jobs]
    for job in jobs:
        check_folder(job.out)
    ledger = Ledger(out, is_resumed=how.resume)
    done = [ledger.has(job, what) for job, what in zip(jobs, asked, strict=True)]
    _check([job for job, is_done in zip(jobs, done, strict=True) if not is_done], how)
    progresses = _begun(jobs, asked, done, out, how)
    rows, codes = list[Row](), list[int]()
    for number, (job, what, is_done) in enumerate(zip(jobs, asked, done, strict=True), 1):
        if is_done:
            rows.append((job.file, f"done before, in {job.out}"))
            continue
        print_note(f"{number} of {len(jobs)}: {job.file}")
        row, code = _saved(job, how, progresses[number - 1])
        rows.append(row)
        codes.append(code)
        if not code:
            ledger.add(job, what)
    print_table("Narrations", rows)
    failed = {code for code in codes if code}
    if not failed:
        ledger.remove()
        return 0
    return failed.pop() if len(failed) == 1 else EXIT_FAILED


def _check(jobs: Sequence[Job], how: How) -> None:
    """Has the server check each script.

    Raises:
        ScriptUnusable: The server would refuse a script. Other failures are reported when it is
            that script's turn.
    """
    with client_at(how.url) as client:
        for job in jobs:
            try:
                client.check(job.text, **job.narration)
            except WordlightError as error:
                if exit_code(error) == EXIT_BAD_INPUT:
                    why = in_options(error)
                    raise ScriptUnusable(job.file, str(why), why.remedy) from None
                return


def _asked(job: Job, how: How) -> Asked:
    try:
        return job.asked(how)
    except InvalidInput as error:
        why = in_options(error)
        raise ScriptUnusable(job.file, str(why), why.remedy) from None


def _begun(
    jobs: Sequence[Job], asked: Sequence[Asked], done: Sequence[bool], out: Path, how: How
) -> list[Progress]:
    """The progress with which each script goes on or begins."""
    kept = [
        Progress.begin(job.out / PROGRESS_FOLDER, what)
        for job, what in zip(jobs, asked, strict=True)
    ]
    goes_on = [how.resume and progress.n_before > 0 for progress in kept]
    if how.resume and not any(goes_on) and not any(done):
        raise CannotResume(f"there is nothing to resume in {out}")
    return [
        _began(job, what, is_resumed=is_resumed) if not is_done else progress
        for job, what, is_done, is_resumed, progress in zip(
            jobs, asked, done, goes_on, kept, strict=True
        )
    ]


def _began(job: Job, asked: Asked, *, is_resumed: bool) -> Progress:
    """The progress with which a script goes on; a script that has changed begins anew."""
    try:
        return begin(job.out, asked, is_resumed=is_resumed)
    except CannotResume as error:
        print_note(f"{job.file} begins anew: {error}")
        return begin(job.out, asked, is_resumed=False)


def _saved(job: Job, how: How, progress: Progress) -> tuple[Row, int]:
    """A row of the summary, and the exit code of this script."""
    try:
        made = save_job(job, how, progress, f"Narration of {job.file}")
    except WordlightError as error:
        context = click.get_current_context()
        told = as_typed(in_options(error), context.command, command_line(context))
        return _failed(job, told), exit_code(error)
    except OSError as error:
        return _failed(job, file_failure(error)), EXIT_FAILED
    return (job.file, f"{made.narration.clip.duration_s:.1f} s, in {job.out}"), 0


def _failed(job: Job, error: WordlightError) -> Row:
    print_problem(error, where=job.file)
    return job.file, f"failed: {error}"


class Ledger:
    """The record of which scripts of a call are done; it is kept in a file until all are done."""

    def __init__(self, out: Path, *, is_resumed: bool) -> None:
        self._path = out / LEDGER_FILE
        self._done: dict[str, str] = dict(_read(self._path)) if is_resumed else {}

    def has(self, job: Job, asked: Asked) -> bool:
        """Whether an earlier run has finished exactly this narration, and its files still exist."""
        is_done = self._done.get(job.out.name) == _digest(asked)
        return is_done and (job.out / SPEECH_FILE).is_file()

    def add(self, job: Job, asked: Asked) -> None:
        """Records that a script is done."""
        self._done[job.out.name] = _digest(asked)
        write_whole(self._path, json.dumps(self._done))

    def remove(self) -> None:
        """Removes the file, once all scripts are done."""
        self._path.unlink(missing_ok=True)


def _read(path: Path) -> Mapping[str, str]:
    with contextlib.suppress(OSError, ValueError):
        done = json.loads(path.read_text("utf-8"))
        if isinstance(done, dict):
            return done
    return {}


def _digest(asked: Asked) -> str:
    return hashlib.sha256(
        json.dumps(dict(asked.values), sort_keys=True, default=str).encode()
    ).hexdigest()
