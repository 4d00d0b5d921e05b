"""Runs the examples of docs/open-with.md out of the page itself.

    python tests/interop/open_with.py PAGE KIND…

Every fenced block whose first line says `run KIND` is run in this folder, which has a sample lake in lake/sample, and must print
the number of rows that `lake.duckdb` has in gold.toronto_incidents, in the last line with digits. Exits with 1 where one does not.
"""

import os
import re
import subprocess
import sys

import duckdb

BLOCK = re.compile(r"^```(\w+) run (\w+)\n(.*?)^```$", re.M | re.S)
COMMANDS = {"sh": ["sh", "-e", "-c"], "python": [os.environ.get("EXAMPLES_PYTHON", sys.executable), "-c"], "js": ["node", "--input-type=module", "-e"]}


def main(page, *kinds):
    rows = duckdb.connect("lake/sample/lake.duckdb", read_only=True).sql("select count(*) from gold.toronto_incidents").fetchone()[0]
    with open(page, encoding="utf-8") as text:
        blocks = [block for block in BLOCK.findall(text.read()) if block[1] in kinds]
    missing = set(kinds) - {kind for _, kind, _ in blocks}
    if missing:
        sys.exit(f"{page} has no example to run for {', '.join(sorted(missing))}")
    failed = 0
    for language, kind, code in blocks:
        ran = subprocess.run([*COMMANDS[language], code], capture_output=True, text=True)
        said = [line for line in ran.stdout.splitlines() if re.search(r"\d", line)]
        good = ran.returncode == 0 and said and str(rows) in re.findall(r"\d+", said[-1].replace(",", ""))
        print(f"{'ok  ' if good else 'FAIL'} {kind}: {code.strip().splitlines()[0]}", flush=True)
        if not good:
            failed += 1
            print(ran.stdout[-2000:], ran.stderr[-2000:], flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
