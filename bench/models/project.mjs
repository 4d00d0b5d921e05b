// A project of N models in ten layers. The first layer are small tables, each model of the others joins two of the layer
// before; every model has two tests. One properties file a layer, as people keep them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LAYERS = 10;
const ROWS = 100;

/** Models in building order: `{name, layer, sql(ref), tests(ref)}`, where `ref` prints a relation. */
export function models(count) {
  const each = Math.ceil(count / LAYERS);
  return Array.from({ length: count }, (_, i) => {
    const layer = Math.floor(i / each);
    const place = i % each;
    const name = nameOf(layer, place);
    const [left, right] = [place, (place * 7 + 3) % each].map((at) => nameOf(layer - 1, at));
    const sql = layer === 0 ? () => base(place) : (ref) => join2(ref(left), ref(right));
    return { name, layer, sql };
  });
}

const nameOf = (layer, place) => `m_${layer}_${String(place).padStart(5, '0')}`;

const base = (place) => `select
  i as id,
  (i * ${place + 1}) % 97 as amount,
  'name ' || (i % 10) as name
from range(${ROWS}) as r (i)
`;

const join2 = (left, right) => `select
  l.id,
  (l.amount + r.amount) % 97 as amount,
  l.name
from ${left} as l
join ${right} as r
  on r.id = l.id
`;

/** What the tests of a model ask of its relation; a row is a failure. */
export const testsOf = (relation) => [
  `select id from ${relation} where id is null`,
  `select id from ${relation} where id is not null group by id having count(*) > 1`,
];

/** Writes the project under `root`. */
export function writeProject(root, count) {
  const write = (path, text) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('project.yml', 'name: models\nversion: 1\nprofile: models\n');
  write(
    'profiles.yml',
    'models:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
  );
  const all = models(count);
  for (const { name, layer, sql } of all)
    write(
      `models/gold/layer_${layer}/${name}.sql`,
      sql((ref) => `{{ref '${ref}'}}`),
    );
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const described = all.filter((model) => model.layer === layer).map(({ name }) => properties(name));
    write(`models/gold/layer_${layer}/_models.yml`, `models:\n${described.join('')}`);
  }
}

const properties = (name) => `  - name: ${name}
    description: What two tables before say of each id
    columns:
      - name: id
        data_tests: [not_null, unique]
      - name: amount
`;
