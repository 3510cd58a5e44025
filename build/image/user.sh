#!/usr/bin/env bash
# The user that the container runs as, and the folder where the volume is mounted. Nothing else in
# the image may be written by that user.
set -euo pipefail
useradd --no-log-init --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin wordlight
install -d -o wordlight -g wordlight /volume
rm -f /var/log/lastlog /var/log/faillog /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow-
