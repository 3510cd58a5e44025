"""Run by a runtime's own Python: imports the modules named on its command line, one by one.

    python _import_child.py FOLDER MODULE…

A JSON line on the standard output before each module and after it; what libraries print goes to
the standard error. FOLDER holds wordlight and comes last on the path. Knows no other file of ours.
"""

import importlib
import json
import os
import sys
import time
import traceback


def main() -> None:
    """Imports everything, failures included."""
    report = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.path[0:1] = []  # this file's own folder
    sys.path.append(sys.argv[1])
    for name in sys.argv[2:]:
        print(json.dumps({"name": name}), file=report, flush=True)
        started_s = time.monotonic()
        error, whole = None, ""
        try:
            importlib.import_module(name)
        except BaseException as failure:  # noqa: BLE001 - a library may even exit
            whole = "".join(traceback.format_exception(failure))
            lines = "".join(traceback.format_exception_only(failure)).strip().splitlines()
            error = lines[-1].strip()
        seconds = round(time.monotonic() - started_s, 2)
        outcome = {"name": name, "seconds": seconds, "error": error, "whole": whole}
        print(json.dumps(outcome), file=report, flush=True)
    os._exit(0)  # no library's clean-up may change the outcome


if __name__ == "__main__":
    main()
