#!/usr/bin/env bash
# chroot.sh ROOT [-v FOLDER:PLACE[:ro]]… [-e NAME=VALUE]… -- COMMAND…
# Runs COMMAND in a file system that rootfs.sh made as `docker run --read-only --tmpfs /tmp` would:
# read-only root, the image's user, environment and nothing else of ours, processes and mounts of its
# own, tini as process 1. The network is the host's. Mounts go with the last process. Needs root.
set -euo pipefail
# shellcheck source=build/image/dockerfile.sh
. "$(dirname "${BASH_SOURCE[0]}")/dockerfile.sh"
root=$(cd "$1" && pwd); shift

volumes=() environment=()
while [ "$1" != -- ]; do
  case $1 in
    -v) volumes+=("$2") ;;
    -e) environment+=("$2") ;;
    *) echo "chroot.sh: $1 is neither -v, -e nor --" >&2; exit 2 ;;
  esac
  shift 2
done
shift
image=()
eval "image=($(instructions final ENV))"
user=$(instructions final USER)

# shellcheck disable=SC2016 # the inner shell expands it
VOLUMES=$(printf '%s\n' "${volumes[@]}") exec unshare --mount --pid --fork --kill-child \
  bash -euo pipefail -c '
    root=$1 user=$2; shift 2
    mount --bind "$root" "$root"
    mount -o remount,bind,ro "$root"
    mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for device in null zero full random urandom; do
      touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"
    done
    ln -s /proc/self/fd "$root/dev/fd"
    mkdir -m 1777 "$root/dev/shm"
    mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$root/dev/shm"
    mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$root/tmp"
    while IFS=: read -r folder place mode; do
      [ -n "$folder" ] || continue
      mount --bind "$folder" "$root$place"
      [ -z "$mode" ] || mount -o "remount,bind,$mode" "$root$place"
    done <<< "$VOLUMES"
    exec setpriv --no-new-privs chroot --userspec="$user" --groups="" "$root" /usr/bin/env -i "$@"
  ' chroot "$root" "$user" "${image[@]}" "${environment[@]}" tini -- "$@"
