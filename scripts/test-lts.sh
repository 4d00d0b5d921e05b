#!/usr/bin/env bash
# Runs the tests on the newest LTS of Node.js, which the `node` package of the npm registry brings.
set -euo pipefail
cd "$(dirname "$0")/.."
node24=$(npx --yes --package=node@24 -c 'command -v node')
"$node24" --version
"$node24" node_modules/vitest/vitest.mjs run
