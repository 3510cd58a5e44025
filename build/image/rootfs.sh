#!/usr/bin/env bash
# rootfs.sh FOLDER: the file system of Dockerfile.triton's image with TRITON_SOURCE=pypi, made in
# FOLDER/root without docker: Debian 12 by debootstrap, then each RUN as it stands in the Dockerfile.
# Prints seconds and megabytes of each step. Needs root. A FOLDER/base that is there already is used.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=build/image/dockerfile.sh
. "$here/dockerfile.sh"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
source=$(dirname "$DOCKERFILE")
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

megabytes() { echo "$(($(du -sx --block-size=1 "$1" | cut -f 1) / 1000000))"; }

# step NAME ROOT COMMAND…: runs it; then says how long it took and how much larger ROOT is.
step() {
  local name=$1 root=$2 before_mb=0 started_s=$SECONDS
  shift 2
  [ ! -d "$root" ] || before_mb=$(megabytes "$root")
  "$@"
  echo "step $name: $((SECONDS - started_s)) s, $(($(megabytes "$root") - before_mb)) MB added" >&2
}

# run ROOT STAGE: the RUNs of a stage in ROOT, with the stage's ARGs and, as in docker, the checkout
# at /src, /proc, /dev, a name server, and a /tmp that does not stay.
run() {
  local root=$1 stage=$2 arguments command
  mapfile -t arguments < <(instructions "$stage" ARG)
  instructions "$stage" RUN | sed -E 's/^(--mount=[^ ]+ )+//' | while read -r command; do
    # shellcheck disable=SC2016 # the inner shell expands it
    SOURCE=$source CERTIFICATES=${SSL_CERT_FILE:-} unshare --mount --pid --fork --kill-child \
      bash -euo pipefail -c '
        root=$1; shift
        mkdir -p "$root/src"
        mount --bind -o ro "$SOURCE" "$root/src"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        touch "$root/etc/resolv.conf"
        mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
        if [ -n "$CERTIFICATES" ]; then
          cp -L "$CERTIFICATES" "$root/tmp/certificates.crt"
          set -- SSL_CERT_FILE=/tmp/certificates.crt "$@"
        fi
        exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"
      ' run "$root" "${arguments[@]}" /bin/bash -euc "$command" < /dev/null
    rmdir "$root/src"
  done
}

copy() { rm -rf "$2"; mkdir -p "$(dirname "$2")"; cp -a "$1" "$2"; }

if [ ! -f "$folder/base/.complete" ]; then
  rm -rf "$folder/base"
  step debootstrap "$folder/base" debootstrap --variant=minbase bookworm "$folder/base" "$mirror" \
    > "$folder/debootstrap.log"
  touch "$folder/base/.complete"
fi
step "copy of it" "$folder/root" copy "$folder/base" "$folder/root"
rm "$folder/root/.complete"
step base "$folder/root" run "$folder/root" base
for stage in wordlight server-pypi; do
  copy "$folder/root" "$folder/$stage"
  step "stage $stage" "$folder/$stage" run "$folder/$stage" "$stage"
done
step "COPY --from=server" "$folder/root" copy "$folder/server-pypi/out" "$folder/root/opt/tritonserver"
step "COPY --from=wordlight" "$folder/root" copy "$folder/wordlight/opt/wordlight" "$folder/root/opt/wordlight"
step final "$folder/root" run "$folder/root" final
rm -rf "$folder/wordlight" "$folder/server-pypi"
