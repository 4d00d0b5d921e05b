#!/usr/bin/env bash
# Kills, writers and readers at length, each telling how far it is: hours on two cores. Goes on behind a failure, and fails at the end.
#   scripts/chaos.sh [STEP…]    steps: publishing fetching histories writers readers stores postgres; all without
# How often, and from which seed: LAKE_PUBLISHING_KILLS, LAKE_KILLS, LAKE_HISTORIES, LAKE_BUILDS, LAKE_WRITERS, LAKE_WRITES, LAKE_SEED.
set -uo pipefail
cd "$(dirname "$0")/.."

all=(publishing fetching histories writers readers stores postgres)
steps=("$@")
[ $# -gt 0 ] || steps=("${all[@]}")
failed=()

chaos() { npx vitest run --config tests/chaos/vitest.config.ts "$@"; }

run() {
  case $1 in
    publishing) chaos tests/chaos/publishing.test.ts ;;
    fetching) chaos tests/chaos/kill.test.ts ;;
    histories) chaos tests/run/incremental-histories.test.ts ;;
    writers) chaos tests/chaos/many-writers.test.ts ;;
    readers) chaos tests/run/readers.test.ts ;;
    stores) LAKE_WRITERS=${LAKE_WRITERS:-50} LAKE_WRITES=${LAKE_WRITES:-20} scripts/stores.sh tests/stores/many-writers.test.ts ;;
    postgres) LAKE_KILLS=${LAKE_KILLS:-50} scripts/postgres.sh tests/publish/postgres/crashes.test.ts ;;
    *) echo "no such step: $1 (${all[*]})" >&2; return 2 ;;
  esac
}

number=0
for step in "${steps[@]}"; do
  number=$((number + 1))
  printf '\n== %s of %s: %s (%s s so far)\n' "$number" "${#steps[@]}" "$step" "$SECONDS"
  run "$step" || failed+=("$step")
done
printf '\n== %s of %s passed in %s s%s\n' "$((${#steps[@]} - ${#failed[@]}))" "${#steps[@]}" "$SECONDS" "${failed[*]:+, failed: ${failed[*]}}"
[ ${#failed[@]} -eq 0 ]
