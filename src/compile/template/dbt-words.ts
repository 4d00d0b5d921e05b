/** Words of dbt's templates that lake has under another name, or has no need of: what to write instead. */
const WORDS: Readonly<Record<string, string>> = {
  source: "Write {{ref 'x'}}: datasets and models have one namespace",
  env_var: "Write {{env 'LAKE_X'}}: SQL may read variables that start with LAKE_, and no others",
  this: "Write {{self}} for the model's own relation",
  model: "Write {{self}} for the model's own relation",
  execute: 'Templates are compiled without data; write the query into the SQL',
  run_query: 'Templates are compiled without data; write the query into the SQL',
  statement: 'Templates are compiled without data; write the query into the SQL',
  get_single_value: 'Templates are compiled without data: write (select … ) in its place',
  get_query_results_as_dict: 'Templates are compiled without data; join the query in SQL',
  get_relations_by_pattern:
    "Templates are compiled without data: name the relations, (list (ref 'a') (ref 'b'))",
  get_relations_by_prefix:
    "Templates are compiled without data: name the relations, (list (ref 'a') (ref 'b'))",
  get_filtered_columns_in_relation: "Write (columns (ref 'x')) for declared columns, or * exclude (…) in SQL",
  get_columns_in_relation: "Write (columns (ref 'x')) for declared columns, or columns(*) in SQL",
  adapter: "Write (columns (ref 'x')) for declared columns, {{quote 'x'}} for a quoted name",
  set: 'Write {{#with value as |name|}} … {{/with}}',
  for: 'Write {{#each (list 1 2)}} … {{/each}}',
  do: "lake's templates have values only; nothing is done in them",
  log: "lake's templates print SQL only",
  return: 'A macro prints its text; leave return out',
  exceptions: "Write {{raise 'what is wrong'}}",
  safe_cast: 'Write try_cast(x as integer)',
  cast: 'Write cast(x as integer)',
  dateadd: 'Write x + interval 3 day',
  datediff: "Write date_diff('day', a, b)",
  date_trunc: "Write date_trunc('month', x)",
  hash: 'Write md5(x)',
  listagg: "Write string_agg(x, ', ')",
  position: "Write position('a' in x)",
  current_timestamp: "Write now(), or {{run_started_at}} for the run's own time",
};

/** The hint for a word of dbt; undefined for any other. */
export function dbtWord(name: string): string | undefined {
  return Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
}
