"""Run by a runtime's own Python: imports the modules named on its command line, one by one.

    python _import_child.py FOLDER MODULE…

It writes a JSON line to standard output before each module and after it. What libraries print goes
to standard error. FOLDER holds wordlight and comes last on the path. This file imports no other
file of ours.
"""

import importlib
import importlib.metadata
import json
import os
import sys
import time
import traceback


def main() -> None:
    """Imports every module, and goes on after one that fails."""
    report = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.path[0:1] = []  # this file's own folder
    sys.path.append(sys.argv[1])
    for name in sys.argv[2:]:
        print(json.dumps({"name": name, "version": version(name, None)}), file=report, flush=True)
        started_s = time.monotonic()
        error, whole, is_absent, module = None, "", False, None
        try:
            module = importlib.import_module(name)
        except BaseException as failure:  # noqa: BLE001 - a library may even exit
            whole = "".join(traceback.format_exception(failure))
            lines = "".join(traceback.format_exception_only(failure)).strip().splitlines()
            error = lines[-1].strip()
            is_absent = isinstance(failure, ModuleNotFoundError) and failure.name == name
        outcome = {
            "name": name,
            "seconds": round(time.monotonic() - started_s, 2),
            "error": error,
            "whole": whole,
            "is_absent": is_absent,
            "cuda": getattr(getattr(module, "version", None), "cuda", None),
        }
        print(json.dumps({**outcome, "version": version(name, module)}), file=report, flush=True)
    os._exit(0)  # no library's clean-up may change the outcome


def version(name: str, module: object) -> str:
    """The version of the package that a module comes from; empty if it is not known."""
    try:
        return importlib.metadata.version(name)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return str(getattr(module, "__version__", ""))


if __name__ == "__main__":
    main()
