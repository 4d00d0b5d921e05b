#!/usr/bin/env bash
# What other tools say about seven mistakes, for docs/comparison.md: each mistake is put into a small project that is
# otherwise right, and what the tool prints is kept.
#
#   scripts/compare-mistakes.sh <folder>
#
# <folder> holds the tools: dbt/bin/dbt (pip install dbt-core dbt-duckdb), sqlmesh/bin/sqlmesh (pip install sqlmesh) and
# node_modules/.bin/dataform (npm install @dataform/cli @dataform/core). A tool that is not there is left out. Answers go
# to <folder>/answers/<tool>/<mistake>.txt. lake's own are the stories in tests/cli/__stories__.
set -u
tools=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mistakes="misspelled-ref unknown-key sql-syntax unknown-column cycle unclosed-braces failing-test"

# ask <tool> <mistake> <command...>: the command's output and exit code
ask() {
  mkdir -p "$tools/answers/$1"
  { echo "\$ ${*:3}"; "${@:3}" </dev/null 2>&1; echo "exit code $?"; } >>"$tools/answers/$1/$2.txt"
}

dbt_project() {
  mkdir -p models
  cat >dbt_project.yml <<'END'
name: city
version: '1.0'
config-version: 2
profile: city
END
  cat >profiles.yml <<'END'
city: {target: dev, outputs: {dev: {type: duckdb, path: city.duckdb}}}
END
  printf "select 1 as tree_id, 'High Park' as park, 21.5 as height\n" >models/trees.sql
  printf "select park, max(height) as tallest\nfrom {{ ref('trees') }}\ngroup by park\n" >models/tallest.sql
  cat >models/models.yml <<'END'
version: 2
models:
  - name: tallest
    columns:
      - name: park
        data_tests: [not_null, unique]
END
  case $1 in
    misspelled-ref) sed -i "s/ref('trees')/ref('tres')/" models/tallest.sql ;;
    unknown-key) sed -i 's/columns:/colums:/' models/models.yml ;;
    sql-syntax) sed -i 's/max(height)/max(height/' models/tallest.sql ;;
    unknown-column) sed -i 's/max(height)/max(hight)/' models/tallest.sql ;;
    cycle) printf "select * from {{ ref('tallest') }}\n" >models/trees.sql ;;
    unclosed-braces) sed -i "s/ }}/ }/" models/tallest.sql ;;
    failing-test) sed -i 's/\[not_null, unique\]/[{accepted_values: {arguments: {values: [Riverdale]}}}]/' models/models.yml ;;
  esac
}

sqlmesh_project() {
  mkdir -p models audits
  cat >config.yaml <<'END'
gateways: {local: {connection: {type: duckdb, database: city.duckdb}}}
default_gateway: local
model_defaults: {dialect: duckdb, start: 2026-01-01}
END
  printf "MODEL (name city.trees, kind FULL);\nselect 1 as tree_id, 'High Park' as park, 21.5 as height\n" >models/trees.sql
  printf "MODEL (\n  name city.tallest,\n  kind FULL,\n  audits (not_null(columns := (park)))\n);\nselect park, max(height) as tallest\nfrom city.trees\ngroup by park\n" >models/tallest.sql
  case $1 in
    misspelled-ref) sed -i 's/from city.trees/from city.tres/' models/tallest.sql ;;
    unknown-key) sed -i 's/audits (not/audit (not/' models/tallest.sql ;;
    sql-syntax) sed -i 's/max(height)/max(height/' models/tallest.sql ;;
    unknown-column) sed -i 's/max(height)/max(hight)/' models/tallest.sql ;;
    cycle) printf "MODEL (name city.trees, kind FULL);\nselect * from city.tallest\n" >models/trees.sql ;;
    unclosed-braces) sed -i "s/max(height)/{{ 'max(height)' }/; s/^select/JINJA_QUERY_BEGIN;\nselect/" models/tallest.sql; echo "JINJA_END;" >>models/tallest.sql ;;
    failing-test) sed -i "s/not_null(columns := (park))/accepted_values(column := park, is_in := ('Riverdale'))/" models/tallest.sql ;;
  esac
}

# Dataform has no warehouse here: what it finds when it compiles.
dataform_project() {
  mkdir -p definitions
  cat >workflow_settings.yaml <<END
defaultProject: city
defaultDataset: city
defaultLocation: US
dataformCoreVersion: $(node -p "require('$tools/node_modules/@dataform/core/package.json').version")
END
  printf "config { type: 'table' }\nselect 1 as tree_id, 'High Park' as park, 21.5 as height\n" >definitions/trees.sqlx
  printf "config {\n  type: 'table',\n  assertions: { nonNull: ['park'] }\n}\nselect park, max(height) as tallest\nfrom \${ref('trees')}\ngroup by park\n" >definitions/tallest.sqlx
  case $1 in
    misspelled-ref) sed -i "s/ref('trees')/ref('tres')/" definitions/tallest.sqlx ;;
    unknown-key) sed -i 's/assertions:/assertion:/' definitions/tallest.sqlx ;;
    sql-syntax) sed -i 's/max(height)/max(height/' definitions/tallest.sqlx ;;
    unknown-column) sed -i 's/max(height)/max(hight)/' definitions/tallest.sqlx ;;
    cycle) printf "config { type: 'table' }\nselect * from \${ref('tallest')}\n" >definitions/trees.sqlx ;;
    unclosed-braces) sed -i "s/ref('trees')}/ref('trees')/" definitions/tallest.sqlx ;;
    failing-test) return 1 ;;
  esac
}

for mistake in $mistakes; do
  rm -f "$tools"/answers/*/"$mistake.txt"
  for tool in dbt sqlmesh dataform; do
    mkdir -p "$work/$tool/$mistake" && cd "$work/$tool/$mistake" || exit 1
    "${tool}_project" "$mistake" || continue
    case $tool in
      dbt) [ -x "$tools/dbt/bin/dbt" ] || continue
        export PATH="$tools/dbt/bin:$PATH" DBT_SEND_ANONYMOUS_USAGE_STATS=false NO_COLOR=1
        ask dbt "$mistake" dbt --no-use-colors parse --show-all-deprecations
        ask dbt "$mistake" dbt --no-use-colors build ;;
      sqlmesh) [ -x "$tools/sqlmesh/bin/sqlmesh" ] || continue
        export PATH="$tools/sqlmesh/bin:$PATH" SQLMESH__DISABLE_ANONYMIZED_ANALYTICS=1
        ask sqlmesh "$mistake" sqlmesh plan --auto-apply --no-prompts ;;
      dataform) [ -x "$tools/node_modules/.bin/dataform" ] || continue
        ask dataform "$mistake" "$tools/node_modules/.bin/dataform" compile . ;;
    esac
  done
done
