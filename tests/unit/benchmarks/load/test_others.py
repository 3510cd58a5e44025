"""Processor time of other programs, measured with a process that works and one that idles."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from load.others import Moment, cores, moment

WORKS = "import time; end = time.monotonic() + {s}\nwhile time.monotonic() < end: pass"


def test_the_work_of_a_child_is_ours_also_when_it_has_ended() -> None:
    before = moment(os.getpid())
    subprocess.run([sys.executable, "-c", WORKS.format(s=0.5)], check=True)

    after = moment(os.getpid())

    assert after.ours_s - before.ours_s > 0.05
    assert after.busy_s - before.busy_s >= after.ours_s - before.ours_s - 0.1


def test_the_work_of_a_stranger_is_not() -> None:
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    time.sleep(1.0)
    before = moment(idle.pid)

    subprocess.run([sys.executable, "-c", WORKS.format(s=0.5)], check=True)
    after = moment(idle.pid)
    idle.kill()
    idle.wait()

    assert after.ours_s - before.ours_s < 0.05
    assert cores(before, after) > 0.05


def test_there_are_no_fewer_than_none() -> None:
    assert cores(Moment(0.0, 0.0, 0.0), Moment(1.0, 0.5, 0.6)) == 0.0
