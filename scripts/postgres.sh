#!/usr/bin/env bash
# Checks publishing to Postgres against Debian's PostgreSQL 15 with PostGIS. Fails when they cannot be had.
#   scripts/postgres.sh [ARGUMENTS OF VITEST…]
# Servers of the tests' own are started on loopback, in temporary folders. Another build: LAKE_POSTGRES=<folder of initdb and pg_ctl>.
set -euo pipefail
cd "$(dirname "$0")/.."

export LAKE_POSTGRES=${LAKE_POSTGRES:-/usr/lib/postgresql/15/bin}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
if ! [ -x "$LAKE_POSTGRES/initdb" ] || ! [ -e "$LAKE_POSTGRES/../lib/postgis-3.so" ] && ! [ -e /usr/lib/postgresql/15/lib/postgis-3.so ]; then
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql-15 postgresql-15-postgis-3
fi
"$LAKE_POSTGRES/initdb" --version

npx vitest run --config tests/publish/postgres/vitest.config.ts "$@"
