#!/usr/bin/env bash
# Writes the image's OCI labels where a process inside it can read them too.
# VERSION, REVISION, CREATED and SOURCE_URL come from the build's arguments.
set -euo pipefail
mkdir -p /opt/wordlight/share/wordlight
cat > /opt/wordlight/share/wordlight/labels <<LABELS
org.opencontainers.image.title=wordlight
org.opencontainers.image.version=$VERSION
org.opencontainers.image.revision=$REVISION
org.opencontainers.image.created=$CREATED
org.opencontainers.image.source=$SOURCE_URL
org.opencontainers.image.licenses=MIT
io.wordlight.triton=$(cat /opt/tritonserver/TRITON_VERSION)
io.wordlight.python=$(python3 -c 'import platform; print(platform.python_version())')
LABELS
