#!/usr/bin/env bash
# wordlight.sh FOLDER: a virtual environment in FOLDER with this checkout's wordlight and the locked
# packages that serving takes outside the stubs; and uv, which makes the runtime on the volume. No torch.
set -euo pipefail
folder=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
uv=$(python3 "$source/build/uv.py" "$work")
export UV_CACHE_DIR=$work/cache UV_PROJECT_ENVIRONMENT=$folder UV_LINK_MODE=copy
export UV_PYTHON=/usr/bin/python3 UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1
"$uv" sync --quiet --frozen --no-dev --no-editable --extra container --project "$source"
install -m 755 "$uv" "$folder/bin/uv"
install -m 755 "$source/build/image/healthcheck.sh" "$folder/bin/wordlight-healthcheck"
