#!/usr/bin/env bash
# wheel.sh FOLDER: the wheel nvidia-pytriton of the lock, its hash checked, unpacked into FOLDER.
set -euo pipefail
folder=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
uv=$(python3 "$source/build/uv.py" "$work")
export UV_CACHE_DIR=$work/cache UV_LINK_MODE=copy UV_PYTHON=/usr/bin/python3 UV_PYTHON_DOWNLOADS=never
"$uv" export --quiet --frozen --no-dev --extra server --no-emit-project --project "$source" \
  | awk '/^nvidia-pytriton==/ { ours = 1 } ours { print } !/\\$/ { ours = 0 }' > "$work/wheel.txt"
"$uv" pip install --quiet --no-deps --require-hashes --requirement "$work/wheel.txt" --target "$folder"
sed -n 's/^PYTRITON_SERVER_VERSION = "\(.*\)"$/\1/p' "$source/src/wordlight/serving/_tritonserver.py" \
  > "$folder/pytriton/tritonserver/TRITON_VERSION"
