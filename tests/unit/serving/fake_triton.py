"""A program that stands where tritonserver should, and how long a start waits for it."""

from __future__ import annotations

from collections.abc import Callable

from wordlight.serving._start import Patience, Start

TRITON = r"""
import os, subprocess, sys, time
from pathlib import Path

stubs = []

def say(line):
    print(line, flush=True)

def begun(model):
    line = f'"TRITONBACKEND_ModelInstanceInitialize: {model}_0_0 (CPU device 0)"'
    say(f"I0101 00:00:00.0 1 python_be.cc:1] {line}")

def loaded(model):
    say(f"I0101 00:00:00.0 1 model_lifecycle.cc:1] \"successfully loaded '{model}'\"")

def failed(model, why):
    line = f"\"failed to load '{model}' version 1: Internal: {why}\""
    say(f"E0101 00:00:00.0 1 model_lifecycle.cc:1] {line}")

def stub(model, script):
    path = f"/tmp/wordlight-0-0/models/{model}/1/model.py"
    stubs.append(subprocess.Popen(["sh", "-c", f"{script}; :", "stub", path, "region", "1"]))

def load(model, script):
    begun(model)
    stub(model, script)

def live():
    Path("live").touch()

sleep = time.sleep
SLEEPS, WORKS = "sleep 60", "while :; do :; done"
LINKER = (
    "echo '/s/stub: error while loading shared libraries: libpython3.11.so.1.0: cannot open "
    "shared object file' >&2; exit 127"
)
"""
"""What tritonserver does, as far as one sees it from outside; dead stubs it leaves uncollected."""
QUICK = Patience(load_s=30.0, still_s=0.6, still_on_disk_s=30.0)
PATIENT = Patience(load_s=30.0, still_s=30.0)

Begin = Callable[..., Start]
