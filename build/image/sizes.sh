#!/usr/bin/env bash
# sizes.sh LIMIT_MB [ROOT]: megabytes (10^6 bytes) of each part of an image; fails over the limit.
set -euo pipefail
limit_mb=$1
root=${2:-/}
root=${root%/}
bytes() { du -scx --block-size=1 "$@" 2> /dev/null | tail -n 1 | cut -f 1; }

parts=("$root"/opt/tritonserver/{bin,lib,backends,caches} "$root"/opt/wordlight)
all=$(bytes --exclude="$root"/{proc,sys,dev,src} "$root/")
rest=$all
for part in "${parts[@]}"; do
  of_part=$(bytes "$part")
  rest=$((rest - of_part))
  printf '%8.1f MB  %s\n' "$((of_part / 100000))e-1" "${part#"$root"}"
done
printf '%8.1f MB  distribution\n' "$((rest / 100000))e-1"
printf '%8.1f MB  in all, of %s allowed\n' "$((all / 100000))e-1" "$limit_mb"
[ "$all" -le $((limit_mb * 1000000)) ] || { echo "sizes.sh: over the limit" >&2; exit 1; }
