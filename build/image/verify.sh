#!/usr/bin/env bash
# Fails, with the reason, if the finished image could not start a server: a library that nothing
# provides, a stub for another Python, a command that does not run, or torch where it must not be.
set -euo pipefail
server=/opt/tritonserver
missing=$(LD_LIBRARY_PATH=$server/lib ldd "$server/bin/tritonserver" "$server"/backends/python/*stub \
    "$server"/backends/python/*.so "$server"/caches/*/*.so "$server"/lib/*.so* \
  | awk '/not found/ && $1 !~ /^(libcuda|libnvidia-)/ { print $1 }' | sort -u | paste -s -d ' ')
[ -z "$missing" ] || { echo "verify.sh: no package and no layer provides $missing" >&2; exit 1; }

python=$(python3 -c 'import sys; print("libpython%d.%d" % sys.version_info[:2])')
[[ $(ldd "$server/backends/python/triton_python_backend_stub") == *"$python.so"* ]] \
  || { echo "verify.sh: the stub does not embed $python" >&2; exit 1; }

help=$(LD_LIBRARY_PATH=$server/lib "$server/bin/tritonserver" --help 2>&1 || true)
[[ $help == *--model-repository* ]] \
  || { echo "verify.sh: tritonserver does not run" >&2; exit 1; }
/opt/wordlight/bin/wordlight serve --help > /dev/null

torch=$(find / -xdev \( -path /src -o -path /proc \) -prune -o -type d -path '*-packages/torch' -print -quit)
[ -z "$torch" ] || { echo "verify.sh: $torch belongs on the volume" >&2; exit 1; }
