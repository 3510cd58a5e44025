"""``./run bench``: puts load on the models of a real server with perf_analyzer; writes the results.

    ./run bench [--quick] [--model MODEL …] [--protocol http|grpc] [-o FOLDER]
    ./run bench --server localhost:8001      a server that already runs, here or elsewhere

Without --server it starts a server of the models mini on free ports, and stops it afterwards. It
writes load.md, load.csv, counters.csv and load.svg. docs/benchmarks.md tells how to read them.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from wordlight_client import Client

from load import chart, counters, report
from load.cells import FULL, MODELS, PROTOCOLS, QUICK
from load.inputs import make_all, passages
from load.machine import this_machine
from load.perf import PROGRAM, Addresses, Unreadable
from load.rows import NO_TIME, Bench, Row, Server
from wordlight.errors import WordlightError

CHECKOUT = Path(__file__).absolute().parents[2]
SCRIPT = CHECKOUT / "docs/examples/script.txt"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked us to end."""


class CannotMeasure(Exception):
    """Something is missing; the message says what, in one sentence."""


def main(words: Sequence[str]) -> int:
    """The exit status: 1 if anything failed other than the server's own answers."""
    arguments = _parser().parse_args(words)
    try:
        _listen()
        arguments.out.mkdir(parents=True, exist_ok=True)
        if arguments.served is None:
            _hold(arguments.out)
            if not os.environ.get(PROGRAM):
                raise CannotMeasure(f"{PROGRAM} names no perf_analyzer; call it as ./run bench")
            if arguments.server is None:
                _serve(arguments, words)
        return _measure(arguments, words)
    except Stopped as stop:
        print("./run bench: stopped; what was measured so far is written", file=sys.stderr)
        return 128 + int(stop.args[0])
    except (CannotMeasure, WordlightError, counters.NoMetrics, Unreadable, OSError) as error:
        print(f"./run bench: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer loads, shorter texts: 5 minutes, not 30"
    )
    parser.add_argument(
        "--model", action="append", choices=MODELS, help="this one alone; may be repeated"
    )
    parser.add_argument("--protocol", action="append", choices=PROTOCOLS, help="this one alone")
    parser.add_argument("--server", metavar="HOST:PORT", help="gRPC address of a running server")
    parser.add_argument(
        "--http", metavar="HOST:PORT", help="its HTTP address (default: the port before)"
    )
    parser.add_argument(
        "--metrics", metavar="URL", help="its metrics; 'none' if it has none (the port after)"
    )
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("out/bench"), metavar="FOLDER", help="out/bench"
    )
    parser.add_argument("--served", type=float, help=argparse.SUPPRESS)  # our own: server's start
    return parser


def _serve(arguments: argparse.Namespace, words: Sequence[str]) -> NoReturn:
    """Becomes `wordlight serve`, which calls this command again once ready, and ends with it."""
    wordlight = str(Path(sys.executable).with_name("wordlight"))
    again = [sys.executable, str(Path(__file__).parent), *words, "--served", str(time.monotonic())]
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # unblocked once its modules are loaded
    os.execv(
        wordlight,
        [
            wordlight,
            "serve",
            "--models",
            "mini",
            "--http-port",
            "0",
            "--grpc-port",
            "0",
            "--metrics-port",
            "0",
            "--log",
            str(arguments.out / "tritonserver.log"),
            "--",
            *again,
        ],
    )


def _measure(arguments: argparse.Namespace, words: Sequence[str]) -> int:
    plan = QUICK if arguments.quick else FULL
    models = arguments.model or MODELS
    cells = plan.cells(models, arguments.protocol or PROTOCOLS)
    started_s = arguments.served or time.monotonic()
    server, grpc = _server(arguments, os.environ)
    machine, version = this_machine(), _version(server)
    texts = passages(SCRIPT.read_text(encoding="utf-8").strip(), plan.words)
    _say("the server speaks and times the texts that are sent")
    with (
        Client(grpc) as client,
        tempfile.TemporaryDirectory(prefix=".work-", dir=arguments.out) as work,
    ):
        inputs = make_all(client, models, texts, [voice.name for voice in client.voices()])
        deadline_s = started_s + plan.whole_s
        program = Path(os.environ[PROGRAM])
        root = os.getppid() if arguments.served else None
        bench = Bench(plan, server, inputs, program, Path(work), deadline_s, root)
        rows: list[Row] = []
        for row in bench.rows(cells):
            rows.append(row)
            _say(f"[{len(rows)}/{len(cells)}] {report.line(row)}")
            origin = report.Origin(
                machine,
                date.today().isoformat(),
                _command(words),
                version,
                program.parent.name.rpartition("-")[2],
                _described(texts),
                os.getloadavg()[0],
                time.monotonic() - started_s,
            )
            _write(arguments.out, rows, origin)
    print((arguments.out / "load.md").read_text(encoding="utf-8"), end="")
    return int(any(row.measured.note not in ("", NO_TIME) for row in rows))


def _server(arguments: argparse.Namespace, variables: Mapping[str, str]) -> tuple[Server, str]:
    """The running server, and its gRPC address."""
    if arguments.served is not None:
        http = urlsplit(variables["WORDLIGHT_HTTP_URL"]).netloc
        grpc, metrics = variables["WORDLIGHT_URL"], variables["WORDLIGHT_METRICS_URL"]
    else:
        grpc = arguments.server
        host, colon, port = grpc.rpartition(":")
        if not (colon and host and port.isdigit()):
            raise CannotMeasure(f"--server {grpc} is not HOST:PORT, as localhost:8001 is")
        http = arguments.http or f"{host}:{int(port) - 1}"
        metrics = arguments.metrics or f"http://{host}:{int(port) + 1}/metrics"
        metrics = "" if metrics == "none" else metrics
    return Server(Addresses(http, grpc), metrics), grpc


def _version(server: Server) -> str:
    """The name and version that the server reports."""
    try:
        said = json.loads(counters.read(f"http://{server.at.http}/v2"))
        if server.metrics:
            counters.read(server.metrics)
    except counters.NoMetrics as error:
        raise CannotMeasure(f"{error}; set --server, --http and --metrics") from None
    return f"{said['name']} {said['version']}"


def _write(out: Path, rows: Sequence[Row], origin: report.Origin) -> None:
    (out / "load.md").write_text(report.markdown(rows, origin), encoding="utf-8")
    (out / "load.csv").write_text(report.rows_csv(rows), encoding="utf-8")
    (out / "counters.csv").write_text(report.counters_csv(rows), encoding="utf-8")
    (out / "load.svg").write_text(chart.svg(rows), encoding="utf-8")


def _described(texts: Sequence[str]) -> str:
    lengths = ", ".join(str(len(text.split())) for text in texts)
    return f"Texts of {lengths} words, by turns."


def _command(words: Sequence[str]) -> str:
    own = words[: words.index("--served")] if "--served" in words else words
    return shlex.join(["./run", "bench", *own])


def _hold(out: Path) -> None:
    """Locks the folder for this run. A server that we become keeps the lock too."""
    folder = os.open(out, os.O_RDONLY)
    os.set_inheritable(folder, True)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CannotMeasure(f"another run writes into {out}; choose another with -o") from None


def _listen() -> None:
    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    for other in STOPS:
        signal.signal(other, signal.SIG_IGN)  # a second signal does not disturb the ending
    raise Stopped(number)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
