#!/usr/bin/env bash
# Exits 0 if the server in this container has every model ready. No Python: it runs every 10 s.
set -euo pipefail
exec 3<> "/dev/tcp/127.0.0.1/${WORDLIGHT_HTTP_PORT:-8000}"
printf 'GET /v2/health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 4 status <&3
[[ $status == *" 200 "* ]]
