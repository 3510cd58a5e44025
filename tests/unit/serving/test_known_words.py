"""Messages of the shell, the linker, the kernel and Python become one cause and one remedy."""

from __future__ import annotations

import pytest
from verdicts import NOT_HEALTHY, assert_is

from wordlight.serving._verdict import ended, explained, failed

SAID = {
    "the linker misses a library": (
        "/s/stub: error while loading shared libraries: libpython3.11.so.1.0: cannot open shared "
        "object file: No such file or directory",
        "libpython3.11.so.1.0 is missing",
        "apt-get install libpython3.11",
    ),
    "the linker finds a broken library": (
        "/s/stub: error while loading shared libraries: /x/libpython3.11.so.1.0: file too short",
        "/x/libpython3.11.so.1.0 is missing or cannot be loaded",
        "LD_LIBRARY_PATH",
    ),
    "the linker has no room": (
        "/s/stub: libc.so.6: failed to map segment from shared object",
        "memory cannot be allocated",
        "more memory",
    ),
    "Triton cannot listen": (
        'E1129 14:38:54 1 main.cc:257] "failed to start HTTP service: Unavailable - Socket '
        "'127.0.0.1:8000' already in use \"",
        "its port for HTTP is in use",
        "--http-port",
    ),
    "there is no bash": (
        "Failed to run python backend stub. Errno = 2: No such file or directory",
        "there is no bash",
        "install bash",
    ),
    "noexec": (
        "bash: /tmp/s/triton_python_backend_stub: Permission denied",
        "/tmp/s/triton_python_backend_stub may not be executed",
        "set TMPDIR",
    ),
    "a script is gone": (
        "bash: line 1: /s/environment/bin/activate: No such file or directory",
        "/s/environment/bin/activate is not there",
        "state folder",
    ),
    "a .pth file that is not ASCII": (
        "Fatal Python error: init_import_site: Failed to import the site module",
        ".pth",
        "install the packages anew",
    ),
    "the GPU is full": (
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a "
        "total capacity of 15.00 GiB",
        "the GPU's memory is full",
        "nvidia-smi",
    ),
    "no more threads": (
        "RuntimeError: can't start new thread",
        "no more processes or threads may be started",
        "ulimit -u",
    ),
    "no more processes": (
        "bash: fork: retry: Resource temporarily unavailable",
        "no more processes or threads may be started",
        "pids.max",
    ),
    "memory ran out in C++": (
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "memory cannot be allocated",
        "--instances",
    ),
    "memory ran out in Python": ("MemoryError", "memory cannot be allocated", "more memory"),
    "too many files": (
        "OSError: [Errno 24] Too many open files: '/w/model'",
        "too many files are open",
        "ulimit -n",
    ),
    "no shared memory": (
        "Unable to initialize shared memory key 'wordlight-x' to requested size (1048576 bytes). "
        "If you are running Triton inside docker, use '--shm-size' flag",
        "shared memory (/dev/shm) is full or closed",
        "docker run --shm-size",
    ),
    "a full disk": (
        "OSError: [Errno 28] No space left on device: '/v/cache/numba/x.nbc'",
        "a disk is full (/v/cache/numba/x.nbc)",
        "make room",
    ),
    "a full disk without a name": (
        "numba: No space left on device",
        "a disk is full (its name is not said)",
        "make room",
    ),
    "a read-only disk": (
        "OSError: [Errno 30] Read-only file system: '/v/cache'",
        "a file system takes no files (/v/cache)",
        "mount it writable",
    ),
    "a missing package": (
        "ModuleNotFoundError: No module named 'vocos'",
        "the package vocos is missing in its environment",
        "install the packages anew",
    ),
    "a missing library of a package": (
        "ImportError: libcudart.so.12: cannot open shared object file: No such file or directory",
        "libcudart.so.12: cannot open shared object file",
        "install the packages anew",
    ),
    "a package of another version": (
        "ImportError: cannot import name 'x' from 'torch' (/e/torch/__init__.py)",
        "cannot import name 'x' from 'torch'",
        "install the packages anew",
    ),
    "a Python without its library": (
        "Fatal Python error: init_fs_encoding: failed to get the Python codec",
        "its Python cannot start: init_fs_encoding",
        "install the packages anew",
    ),
}  # fmt: skip
said = pytest.mark.parametrize(("words", "cause", "remedy"), SAID.values(), ids=SAID.keys())


@said
def test_words_on_standard_error_are_understood(words: str, cause: str, remedy: str) -> None:
    noise = ["a library says hello", "see https://example.org"]

    assert_is(explained([*noise, words, *noise]), cause, remedy)


@said
def test_the_same_words_in_tritons_reason_are_understood(
    words: str, cause: str, remedy: str
) -> None:
    reason = f"Internal: {words}\n\nAt:\n  /s/models/voices/1/model.py(4): initialize\n"

    assert_is(failed(reason, None, []), cause, remedy)


@said
def test_the_same_words_explain_a_process_that_ended(words: str, cause: str, remedy: str) -> None:
    assert_is(failed(NOT_HEALTHY, 127 << 8, [words]), cause, remedy)
    assert_is(ended(1, [words]), cause, remedy)


def test_words_that_nobody_knows_explain_nothing() -> None:
    assert explained(["hello", "", "Permission granted"]) is None
    assert explained([]) is None


def test_the_earliest_words_that_are_understood_count() -> None:
    first, second = "ModuleNotFoundError: No module named 'a'", "MemoryError"

    assert_is(explained([first, second]), "the package a is missing", "install")
