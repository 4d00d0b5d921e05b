#!/usr/bin/env bash
# Checks lakes in buckets against real servers: fake-gcs-server, versitygw and moto. Fails when one cannot be had.
#   scripts/stores.sh [ARGUMENTS OF VITEST…]
# What is built stays in $LAKE_SERVERS, by default ~/.cache/lake-servers.
set -euo pipefail
cd "$(dirname "$0")/.."

export LAKE_SERVERS=${LAKE_SERVERS:-$HOME/.cache/lake-servers}

# server COMMAND MODULE VERSION: a Go program, built once for each version.
server() {
  local built=$LAKE_SERVERS/bin/$1
  if ! go version -m "$built" 2>/dev/null | grep -q "mod.*$3"; then
    GOBIN=$LAKE_SERVERS/bin go install "$2@$3"
  fi
  go version -m "$built" | grep -q "mod.*$3"
}
server fake-gcs-server github.com/fsouza/fake-gcs-server v1.56.1
server versitygw github.com/versity/versitygw/cmd/versitygw v1.8.0

python=$LAKE_SERVERS/python/bin/python
[ -x "$python" ] || python3 -m venv "$LAKE_SERVERS/python"
moto='from importlib.metadata import version; assert version("moto") == "5.2.5"'
"$python" -c "$moto" 2>/dev/null || "$python" -m pip install --quiet 'moto[server]==5.2.5'
"$python" -c "$moto"

npx vitest run --config tests/stores/vitest.config.ts "$@"
