#!/usr/bin/env bash
# Reads Dockerfile.triton, so that what runs without docker is what stands there. To be sourced.
DOCKERFILE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/Dockerfile.triton

# instructions STAGE WORD: the arguments of each WORD (RUN, ARG, ENV …) of that stage, one line each.
instructions() {
  awk -v stage="$1" -v word="$2" '
    /^#/ { next }
    /\\$/ { sub(/\\$/, ""); held = held $0; next }
    { line = held $0; held = ""; gsub(/  +/, " ", line) }
    line ~ /^FROM / { here = (line ~ (" AS " stage "$")) }
    here && index(line, word " ") == 1 { print substr(line, length(word) + 2) }
  ' "$DOCKERFILE"
}
