"""``wordlight volume``: pulls weights onto the volume, pushes, verifies and removes them."""

from __future__ import annotations

import logging
import shlex
import threading
from pathlib import Path
from types import TracebackType

import click
from click.core import ParameterSource
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from wordlight.commands._volume_options import models_option, volume_option
from wordlight.commands.install import install
from wordlight.console import Ticker, print_problem
from wordlight.errors import WeightsChanged, WeightsCorrupt, WeightsMissing, WordlightError
from wordlight.manifest import Manifest, WeightEntry, load_manifest
from wordlight.storage import volume_edge
from wordlight.weights import (
    BlobStore,
    Transfer,
    Watch,
    bring,
    check_files,
    folder_of,
    lies_here,
    prune_volume,
    push_entry,
    push_pending,
    refuse_unpinned,
    stated,
)

logger = logging.getLogger(__name__)
console = Console(stderr=True, highlight=False, soft_wrap=True)


class LineWatch(Watch):
    """Prints what is reported, and a line every few seconds for a file that takes long."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._ticker = Ticker()

    def report(self, line: str) -> None:
        """Prints and logs the line."""
        logger.info(line)
        self._console.print(line, markup=False)

    def moved(self, what: str, n_bytes: int, of_bytes: int) -> None:
        """Prints a line, if the last one is some seconds old."""
        if self._ticker.is_due():
            line = f"  {what}: {n_bytes / 1e6:,.0f} of {of_bytes / 1e6:,.0f} MB"
            self._console.print(line, markup=False)


class BarWatch(LineWatch):
    """Shows a progress bar for each file, on a terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._bars = Progress(
            TextColumn("  {task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._guard = threading.Lock()

    def __enter__(self) -> BarWatch:
        if self._console.is_terminal:  # rich ends a bar with an empty line elsewhere
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def moved(self, what: str, n_bytes: int, of_bytes: int) -> None:
        """Moves the file's bar; without a terminal, prints a line."""
        if not self._console.is_terminal:
            super().moved(what, n_bytes, of_bytes)
            return
        with self._guard:
            if what not in self._tasks:
                self._tasks[what] = self._bars.add_task(escape(what), total=of_bytes)
        self._bars.update(self._tasks[what], completed=n_bytes, visible=n_bytes < of_bytes)


@click.group()
def volume() -> None:
    """What lies on the volume: the models' runtime and their weights."""


volume.add_command(install)


@volume.command()
@models_option("full")
@volume_option
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="CODE",
    help="Also the aligner of this language, fr or ja; `all` for every one. Repeatable.",
)
def pull(models: str, volume: Path, languages: tuple[str, ...]) -> None:
    """Bring the weights of --models onto the volume, whole and checked.

    From the bucket WORDLIGHT_S3_CACHE first, else from where the manifest says; what came from
    elsewhere is then pushed into that bucket. An interrupted pull goes on where it stopped.
    """
    store, transfer = _store(volume), Transfer.from_environment()
    loaded = load_manifest(models)
    asked = tuple(loaded.alignment.aligners) if "all" in languages else languages
    with volume_edge(store.volume):
        store.volume.mkdir(parents=True, exist_ok=True)
    with BarWatch(console) as watch:
        moved = bring(loaded, store.volume, transfer, watch, languages=asked)
        push_pending(loaded, store, transfer, watch)
    if not moved:
        console.print(f"{models}: everything is here and right", markup=False)
    _tell_absent_aligners(loaded, store.volume)


@volume.command()
@models_option("full")
@volume_option
def push(models: str, volume: Path) -> None:
    """Put the weights of --models from the volume into WORDLIGHT_S3_CACHE, checked before.

    What lies in the bucket already is left alone; so are other languages' aligners that were
    never pulled.
    """
    store, transfer = _store(volume), Transfer.from_environment()
    with BarWatch(console) as watch:
        for entry in _here(load_manifest(models), store.volume):
            if entry.is_remote:
                refuse_unpinned(entry)
                push_entry(entry, store, transfer, watch)


@volume.command()
@models_option("full")
@volume_option
def verify(models: str, volume: Path) -> None:
    """Read every file of --models and compare it with the manifest; status 1 if one is wrong.

    Files whose hash the manifest does not state are compared with what their first pull recorded.
    """
    store, loaded, n_wrong = _store(volume), load_manifest(models), 0
    with BarWatch(console) as watch:
        for entry in _here(loaded, store.volume):
            try:
                refuse_unpinned(entry)
                if entry.is_remote:
                    files = store.check(entry, watch)
                else:
                    folder = folder_of(entry, loaded, store.volume)
                    files = check_files(entry, folder, stated(entry), watch)
            except WordlightError as error:
                n_wrong += 1
                print_problem(_with_pull(error, entry, loaded), console=console)
                continue
            total_bytes = sum(known.n_bytes for known in files.values())
            console.print(f"{entry.name}: {len(files)} files, {total_bytes / 1e6:,.1f} MB, right")
    _tell_absent_aligners(loaded, store.volume)
    if n_wrong:
        raise SystemExit(1)


@volume.command("prune")
@volume_option
@click.option(
    "--keep",
    "kept",
    multiple=True,
    metavar="MODELS",
    help="Also drop revisions that no models named so use; may be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def prune_command(volume: Path, kept: tuple[str, ...], dry_run: bool) -> None:
    """Delete unfinished downloads and blobs that nothing links to."""
    store = _store(volume)
    keep = [load_manifest(name) for name in kept]
    freed = prune_volume(store, keep, LineWatch(console), is_trial=dry_run)
    for one in freed:
        path = one.path.relative_to(store.volume)
        line = f"{one.n_bytes / 1e6:10,.1f} MB  {path}  ({one.reason})"
        console.print(line, markup=False)
    total_bytes = sum(one.n_bytes for one in freed)
    verb = "would be freed" if dry_run else "freed"
    console.print(f"{total_bytes / 1e6:,.1f} MB {verb}", markup=False)


def _store(volume: Path) -> BlobStore:
    return BlobStore(volume.expanduser().resolve())


def _here(manifest: Manifest, volume: Path) -> list[WeightEntry]:
    """The weights that the models need, and the optional aligners that were pulled."""
    return [
        entry
        for name, entry in manifest.weights.items()
        if name not in manifest.optional_aligners or lies_here(entry, volume)
    ]


def _with_pull(error: WordlightError, entry: WeightEntry, manifest: Manifest) -> WordlightError:
    """The error with the command that mends it, if a pull does."""
    if not entry.is_remote or not isinstance(error, WeightsMissing | WeightsCorrupt):
        return error
    context = click.get_current_context()
    words = ["wordlight", "volume", "pull", "--models", context.params["models"]]
    if context.get_parameter_source("volume") is ParameterSource.COMMANDLINE:
        words += ["--volume", str(context.params["volume"])]
    if language := manifest.optional_aligners.get(entry.name):
        words += ["--language", language]
    pull = f"`{shlex.join(words)}` fetches it"
    if isinstance(error, WeightsChanged):
        return error.reworded(str(error), f"{error.remedy}: {pull} then")
    is_missing = isinstance(error, WeightsMissing)
    return error.reworded(str(error), pull if is_missing else f"delete the file; {pull} anew")


def _tell_absent_aligners(manifest: Manifest, volume: Path) -> None:
    absent = [
        language
        for name, language in manifest.optional_aligners.items()
        if not lies_here(manifest.weights[name], volume)
    ]
    if absent:
        line = f"aligners that were not pulled: {', '.join(absent)}; --language CODE brings one"
        console.print(line, markup=False)
