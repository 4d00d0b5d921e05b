#!/usr/bin/env bash
# Reads the local portal with sodapy and ckanapi, the Python clients of the real portals. Fails when one cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=node_modules/.cache/lake-clients
python=$venv/bin/python
[ -x "$python" ] || python3 -m venv "$venv"
clients='from importlib.metadata import version; assert version("sodapy") == "2.2.0" and version("ckanapi") == "4.11"'
"$python" -c "$clients" 2>/dev/null || "$python" -m pip install --quiet sodapy==2.2.0 ckanapi==4.11
"$python" -c "$clients"

npm run --silent build
"$python" -W ignore::DeprecationWarning -m unittest discover --start-directory tests/clients "$@"
