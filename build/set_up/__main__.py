"""Sets the checkout up, or prints in one line why it cannot; then becomes the command asked for.

python3 build/set_up [--hold FOLDER] [--perf-analyzer] [COMMAND …]

It runs in the checkout's folder, on Python 3.8 or newer, with nothing but the standard library.
``--hold FOLDER`` lets only one run at a time write into that folder. ``--perf-analyzer`` fetches
perf_analyzer, and the command finds its path in WORDLIGHT_PERF_ANALYZER.
"""

# ruff: noqa: E402
from __future__ import annotations

import signal

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
for number in STOPS:
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)  # no traceback while the modules below are loaded

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

sys.path.append(str(Path(__file__).absolute().parents[1]))

import perf_analyzer
import variables as settings
from disk import check_room
from environment import Environment
from index import check_index
from locks import Lock, hold_folder, own_or_share
from machine import check_machine, check_path, check_writable
from pythons import asked, found
from refusals import Refused, say
from uvs import NOT_IN_CACHE, Uv, find_uv, is_told_offline

STATE = ".wordlight"
HELD = "WORDLIGHT_FOLDER_HELD"
"""Names the folder that we hold for `wordlight demo`.

See client/wordlight_client/commands/demo.py.
"""
PERF_ANALYZER = "WORDLIGHT_PERF_ANALYZER"
"""Holds the path of perf_analyzer for `./run bench`: see benchmarks/load/perf.py."""


class Stopped(BaseException):
    """A signal asked us to end."""


def main(arguments: Sequence[str]) -> int:
    """Sets up and becomes the command; returns an exit status if there is no command to become."""
    checkout = Path.cwd()
    _listen_to(_stop)
    try:
        held = []
        everything = settings.for_everything(os.environ, checkout / STATE)
        if arguments[:1] == ["--hold"]:
            held.append(hold_folder(Path(arguments[1])))
            everything[HELD] = str(Path(arguments[1]).resolve())
            arguments = arguments[2:]
        if not arguments:  # `./run setup`: whoever calls it may have a reason to doubt the stamp
            Environment(checkout).begin_to_change()
        held.append(set_up(checkout, everything))
        if arguments[:1] == ["--perf-analyzer"]:
            everything[PERF_ANALYZER] = str(_bring_perf_analyzer(checkout, everything))
            arguments = arguments[1:]
        if arguments:
            if not everything.get("WORDLIGHT_VOLUME"):
                everything["WORDLIGHT_VOLUME"] = str(settings.volume(everything, checkout / STATE))
            _become(arguments, everything, held)
        say("set up; go on with ./run demo, ./run serve or ./run test")
        return 0
    except Refused as refusal:
        say(f"./run: {refusal}")
        return 1
    except OSError as error:
        cause = f"{error.filename or 'setting up'}: {error.strerror or error}"
        say(f"./run: {Refused(cause, 'see to that and run again')}")
        return 1
    except Stopped as stop:
        say("./run: stopped; run it again to go on")
        return 128 + int(stop.args[0])


def set_up(checkout: Path, variables: Mapping[str, str]) -> Lock:
    """A shared lock on the environment, which is then complete and agrees with uv.lock.

    Raises:
        Refused: The environment cannot be set up here; the refusal names what is missing.
    """
    check_machine()
    check_path(checkout)
    environment, state = Environment(checkout), checkout / STATE
    if os.access(checkout, os.W_OK):
        state.mkdir(exist_ok=True)
    lock = Lock(state / "lock")
    if lock.share() and environment.is_in_sync():
        return lock
    lock.release()
    check_writable(checkout, environment.python)
    if own_or_share(lock, environment.is_in_sync) and not environment.is_in_sync():
        was_there = environment.folder.is_dir()
        try:
            _make(environment, state, variables)
        except BaseException:
            if not was_there and environment.folder.is_dir():
                environment.remove()
                environment.folder.rmdir()
            raise
    lock.share()
    return lock


def _make(environment: Environment, state: Path, variables: Mapping[str, str]) -> None:
    checkout = environment.checkout
    cache = settings.cache_folder(variables, state)
    own = asked(environment.python, variables) if environment.is_one_here() else None
    pythons = [own] if own and own.is_usable else found(variables, environment.folder)
    usable = next((python for python in pythons if python.is_usable), None)
    version = usable.version if usable else None
    check_room(checkout, cache, environment.packages, version, settings.shares_files(variables))
    uv = find_uv(state / "bin", settings.for_uv(variables, cache), cache)
    lacking = ", ".join(map(str, pythons)) or "there is none"
    python = usable.path if usable else uv.python(lacking)
    environment.begin_to_change()
    broken = environment.mend()
    if broken:
        say(f"left half installed by a run that was stopped, now mended: {', '.join(broken)}")
    try:
        _install(environment, uv, python)
    finally:
        uv.sweep()
    environment.finish()


def _install(environment: Environment, uv: Uv, python: Path) -> None:
    """Installs from uv's cache alone if the cache has everything, and from the index otherwise."""
    if not (environment.folder / "pyvenv.cfg").is_file():
        uv.make_environment(environment.folder, python)
    uv.sweep()
    cached = uv.sync(python, is_offline=True)
    if cached.status == 0:
        return
    if NOT_IN_CACHE not in cached.said:
        raise uv.refusal(cached)
    if is_told_offline(uv.variables):
        raise Refused("UV_OFFLINE is set and uv's cache lacks packages", "unset it and run again")
    check_index(environment.checkout, uv.binary, python, uv.variables)
    say("installing the locked environment: 4.6 GB are fetched, less what uv's cache has")
    ended = uv.sync(python, is_offline=False)
    if ended.status:
        raise uv.refusal(ended)


def _bring_perf_analyzer(checkout: Path, variables: Mapping[str, str]) -> Path:
    state = checkout / STATE

    def uv() -> Uv:
        cache = settings.cache_folder(variables, state)
        return find_uv(state / "bin", settings.for_uv(variables, cache), cache)

    return perf_analyzer.bring(state, Environment(checkout), variables, uv)


def _become(command: Sequence[str], variables: Mapping[str, str], held: Sequence[Lock]) -> NoReturn:
    for lock in held:
        lock.keep_over_exec()
    if Path(command[0]).name == "wordlight":
        # It unblocks these signals once its modules are loaded: client/wordlight_client/__main__.py
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    sys.stderr.flush()
    os.execve(command[0], list(command), dict(variables))


def _listen_to(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> None:
    _listen_to(signal.SIG_IGN)  # so that a second signal does not disturb the ending
    raise Stopped(number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
