"""Fixtures for every test, and the rule that CI skips nothing."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from wordlight.telemetry import forbid_telemetry

sys.path.insert(0, str(Path(__file__).parent))  # tests share fake_pb_utils

# A background job of a shell ignores Ctrl-C, and what it starts does too; the tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ.pop("WORDLIGHT_COMMAND", None)  # `./run test` is no command line to be told of

# Where gRPC has threads, a child that runs Python before its program starts them again, and ends.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"

forbid_telemetry(os.environ)  # tests import engines' parts by themselves

pytest_plugins = ["small_disks", "volume_fixtures", "workers"]

_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and os.environ.get("WORDLIGHT_NO_SKIPS"):
        print(f"\nskipped where nothing may be skipped: {', '.join(_skipped)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
