"""The environment variables of the programs that we start, without settings that would do harm."""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

OF_THE_NETWORK = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_CREDENTIALS_DIR",
    "UV_HTTP_",
    "UV_REQUEST_TIMEOUT",
    "UV_CONCURRENT_",
    "UV_SYSTEM_CERTS",
    "UV_NATIVE_TLS",
    "UV_INSECURE_HOST",
    "UV_KEYRING_PROVIDER",
    "UV_OFFLINE",
    "UV_PYTHON_INSTALL_MIRROR",
    "UV_PYTHON_DOWNLOADS",
    "UV_ASTRAL_MIRROR_URL",
)
OF_THE_DISK = ("UV_CACHE_DIR", "UV_LINK_MODE", "UV_PYTHON_INSTALL_DIR", "UV_CONFIG_FILE")
"""These and `OF_THE_NETWORK` are the caller's settings that uv receives: how it reaches the
network, and where its files are. All others (UV_PYTHON, UV_NO_DEV, UV_NO_BINARY,
UV_PROJECT_ENVIRONMENT, …) are dropped: they would make uv install something else."""
LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.0/8", "::1")
"""Hosts that uv must reach without a proxy, for a package index may be on this machine."""
OF_ANOTHER_PYTHON = ("VIRTUAL_ENV", "CONDA_PREFIX")


def for_everything(environ: Mapping[str, str], state: Path) -> dict[str, str]:
    """The variables, with HOME and TMPDIR corrected if they name no usable folder."""
    variables = dict(environ)
    if "TMPDIR" in environ and not _is_writable(Path(environ["TMPDIR"])):
        del variables["TMPDIR"]
    if not _home(environ):
        home = state / "home" if _can_be_made(state) else (_own_temporary() or state) / "home"
        home.mkdir(parents=True, exist_ok=True)
        variables["HOME"] = str(home)
    return variables


def for_uv(variables: Mapping[str, str], cache: Path) -> dict[str, str]:
    """The variables for uv, with its cache and its environment set."""
    kept = {
        name: value
        for name, value in variables.items()
        if not name.startswith("UV_") or name.startswith(OF_THE_NETWORK + OF_THE_DISK)
    }
    for name in OF_ANOTHER_PYTHON:
        kept.pop(name, None)
    exceptions = [variables.get("no_proxy") or variables.get("NO_PROXY", ""), *LOOPBACK]
    if exceptions[0].strip() != "*":
        kept["no_proxy"] = kept["NO_PROXY"] = ",".join(filter(None, exceptions))
    return {**kept, "UV_CACHE_DIR": str(cache), "UV_PROJECT_ENVIRONMENT": ".venv"}


def volume(variables: Mapping[str, str], state: Path) -> Path:
    """The volume of `./run`: in the checkout, or in the caller's cache if that is read-only."""
    if _is_writable(state):
        return state / "volume"
    caches = variables.get("XDG_CACHE_HOME") or str(Path(_home(variables) or "/") / ".cache")
    if _can_be_made(Path(caches)):
        return Path(caches) / "wordlight/volume"
    return (_own_temporary() or state) / "volume"


def cache_folder(variables: Mapping[str, str], state: Path) -> Path:
    """The folder of uv's cache: the usual one, or one in the checkout if uv cannot use that."""
    home = _home(variables)
    caches = variables.get("XDG_CACHE_HOME") or (home and str(Path(home) / ".cache"))
    chosen = variables.get("UV_CACHE_DIR") or (caches and str(Path(caches) / "uv"))
    if chosen and _is_utf8(chosen) and _can_be_made(Path(chosen)):
        return Path(chosen).absolute()
    return state / "uv-cache"


def shares_files(variables: Mapping[str, str]) -> bool:
    """Whether uv links packages from its cache into an environment on the same disk."""
    return variables.get("UV_LINK_MODE") != "copy"


def _home(variables: Mapping[str, str]) -> str | None:
    """The home folder, if there is one."""
    home = variables.get("HOME")
    if not home:
        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return None
    return home if Path(home).is_dir() else None


def _is_utf8(path: str) -> bool:
    try:
        os.fsencode(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _own_temporary() -> Path | None:
    """This user's own folder for temporary files, or None if another user made it first.

    Programs on a volume are executed, so nobody else may write there.
    """
    folder = Path(tempfile.gettempdir()) / f"wordlight-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        seen = folder.lstat()
    except OSError:
        return None
    is_ours = stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.getuid()
    return folder if is_ours and not seen.st_mode & 0o022 else None


def _can_be_made(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return _is_writable(folder)


def _is_writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
