#!/usr/bin/env bash
# Installs what the container takes from its distribution, and removes what nothing reads there.
set -euo pipefail
# shellcheck source=/dev/null
. /etc/os-release
case "$ID-$VERSION_ID" in
  debian-12) libpython=libpython3.11 ;;
  ubuntu-24.04) libpython=libpython3.12t64 ;;
  *) echo "packages.sh knows Debian 12 and Ubuntu 24.04, not $ID $VERSION_ID" >&2; exit 1 ;;
esac
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# libpython: Triton's Python stub embeds it. jemalloc: page faults are dear on virtual machines.
apt-get install -q -y --no-install-recommends \
  ca-certificates libjemalloc2 "$libpython" libstdc++6 python3 tini
apt-get clean
find /usr/share/doc -type f ! -name copyright -delete   # licences stay
find /usr/share/doc -xtype l -delete
find /usr/share/doc -type d -empty -delete
rm -rf /usr/share/man /usr/share/info /usr/share/locale /usr/share/lintian \
  /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log /root/.cache
