#!/usr/bin/env bash
# Checks lakes in buckets against real servers: fake-gcs-server, versitygw and moto. Fails when one cannot be had.
#   scripts/stores.sh [ARGUMENTS OF VITEST…]
# What is built stays in $LAKE_SERVERS, by default ~/.cache/lake-servers.
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/servers.sh

python=$LAKE_SERVERS/python/bin/python
[ -x "$python" ] || python3 -m venv "$LAKE_SERVERS/python"
moto='from importlib.metadata import version; assert version("moto") == "5.2.5"'
"$python" -c "$moto" 2>/dev/null || "$python" -m pip install --quiet 'moto[server]==5.2.5'
"$python" -c "$moto"

npx vitest run --config tests/stores/vitest.config.ts "$@"
