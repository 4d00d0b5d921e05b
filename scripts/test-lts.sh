#!/usr/bin/env bash
# Runs the tests that hang on Node.js itself (sockets, streams, processes, signals, files) on the newest LTS, which the
# `node` package of the npm registry brings. All of them would take as long again as `npm test`.
set -euo pipefail
cd "$(dirname "$0")/.."
node24=$(npx --yes --package=node@24 -c 'command -v node')
"$node24" --version
"$node24" node_modules/vitest/vitest.mjs run \
  tests/engine tests/fetch tests/lakehouse tests/portal tests/security tests/sources \
  tests/cli/help tests/run/signals tests/run/resume tests/run/models/views tests/run/silver-and-types
