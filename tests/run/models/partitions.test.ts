/** `partition_by` × {no row, one value, NULL, fewer partitions than before}, for tables and for each incremental strategy. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelProject, modelProject } from '../../dbt/support/models.js';

const KINDS = {
  whole: '',
  appended: `materialized='incremental'`,
  merged: `materialized='incremental' unique_key='id'`,
  replaced: `materialized='incremental' unique_key='id' incremental_strategy='delete+insert'`,
  overwritten: `materialized='incremental' incremental_strategy='insert_overwrite'`,
} as const;
type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];

/** A row: id and place; '' is the empty text, null is NULL. */
type Row = readonly [number, string | null];
const select = (rows: readonly Row[]) => {
  const values = rows.map(([id, place]) => `(${id}, ${place === null ? 'null' : `'${place}'`})`).join(', ');
  return rows.length === 0
    ? `select 1 as id, 'x' as place where false`
    : `select id, place::varchar as place from (values ${values}) t(id, place)`;
};
const models = (rows: readonly Row[]) =>
  Object.fromEntries(
    kinds.map((kind) => [
      `models/gold/${kind}.sql`,
      `{{config ${KINDS[kind]} partition_by='place'}}\n${select(rows)}\n`,
    ]),
  );

const STEPS: readonly {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly after: Readonly<Record<Kind, readonly Row[]>>;
}[] = [
  {
    title: 'no row at all',
    rows: [],
    after: { whole: [], appended: [], merged: [], replaced: [], overwritten: [] },
  },
  {
    title: 'one value',
    rows: [
      [1, 'a'],
      [2, 'a'],
    ],
    after: {
      whole: [
        [1, 'a'],
        [2, 'a'],
      ],
      appended: [
        [1, 'a'],
        [2, 'a'],
      ],
      merged: [
        [1, 'a'],
        [2, 'a'],
      ],
      replaced: [
        [1, 'a'],
        [2, 'a'],
      ],
      overwritten: [
        [1, 'a'],
        [2, 'a'],
      ],
    },
  },
  {
    title: 'NULL and the empty text, which is NULL as a partition, beside another value',
    rows: [
      [3, null],
      [4, ''],
      [5, 'b'],
    ],
    after: {
      whole: [
        [3, null],
        [4, null],
        [5, 'b'],
      ],
      appended: [
        [1, 'a'],
        [2, 'a'],
        [3, null],
        [4, null],
        [5, 'b'],
      ],
      merged: [
        [1, 'a'],
        [2, 'a'],
        [3, null],
        [4, null],
        [5, 'b'],
      ],
      replaced: [
        [1, 'a'],
        [2, 'a'],
        [3, null],
        [4, null],
        [5, 'b'],
      ],
      overwritten: [
        [1, 'a'],
        [2, 'a'],
        [3, null],
        [4, null],
        [5, 'b'],
      ],
    },
  },
  {
    title: 'fewer partitions than before, and a row that moves to another',
    rows: [
      [6, null],
      [2, 'b'],
    ],
    after: {
      whole: [
        [2, 'b'],
        [6, null],
      ],
      appended: [
        [1, 'a'],
        [2, 'a'],
        [2, 'b'],
        [3, null],
        [4, null],
        [5, 'b'],
        [6, null],
      ],
      merged: [
        [1, 'a'],
        [2, 'b'],
        [3, null],
        [4, null],
        [5, 'b'],
        [6, null],
      ],
      replaced: [
        [1, 'a'],
        [2, 'b'],
        [3, null],
        [4, null],
        [5, 'b'],
        [6, null],
      ],
      overwritten: [
        [1, 'a'],
        [2, 'a'],
        [2, 'b'],
        [6, null],
      ],
    },
  },
  {
    title: 'no row again',
    rows: [],
    after: {
      whole: [],
      appended: [
        [1, 'a'],
        [2, 'a'],
        [2, 'b'],
        [3, null],
        [4, null],
        [5, 'b'],
        [6, null],
      ],
      merged: [
        [1, 'a'],
        [2, 'b'],
        [3, null],
        [4, null],
        [5, 'b'],
        [6, null],
      ],
      replaced: [
        [1, 'a'],
        [2, 'b'],
        [3, null],
        [4, null],
        [5, 'b'],
        [6, null],
      ],
      overwritten: [
        [1, 'a'],
        [2, 'a'],
        [2, 'b'],
        [6, null],
      ],
    },
  },
];

/** The project after each step. */
const after: ModelProject[] = [];
beforeAll(async () => {
  const project = modelProject({}, models([]));
  for (const { rows } of STEPS) {
    project.write(models(rows));
    await project.run();
    after.push(project.copy());
  }
  project.remove();
});
afterAll(() => {
  for (const project of after) project.remove();
});

describe.each(STEPS.map((step, i) => ({ ...step, i })))('$title', ({ i, after: expected }) => {
  test('yields the rows that each materialization should have, each in a file of its partition', async () => {
    const project = after[i]!;
    for (const kind of kinds) {
      expect({ [kind]: await project.rows(kind, 'id, place') }).toEqual({ [kind]: expected[kind] });
      const { files } = await project.state(`gold.${kind}`);
      const places = new Set(files.map(({ partition }) => partition?.['place']));
      expect([...places].sort()).toEqual([...new Set(expected[kind].map(([, place]) => place))].sort());
      expect(files.every(({ partition }) => Object.keys(partition ?? {}).join() === 'place')).toBe(true);
    }
  });
});

test('other columns to partition by write the table anew, and lose no row', async () => {
  const project = after[2]!;
  for (const partitionBy of [`partition_by='id'`, '']) {
    project.write({
      'models/gold/merged.sql': `{{config ${KINDS.merged} ${partitionBy}}}\n${select([[9, 'z']])}\n`,
    });
    await project.run('merged');
    const { files } = await project.state('gold.merged');
    expect(files.length).toBe(partitionBy === '' ? 1 : 6);
    expect(new Set(files.map(({ partition }) => Object.keys(partition ?? {}).join()))).toEqual(
      new Set([partitionBy === '' ? '' : 'id']),
    );
    expect(await project.rows('merged', 'id')).toEqual([[1], [2], [3], [4], [5], [9]]);
  }
});

test('texts that no partition can be are NULL, which is told once with the column: by tables, and by runs that add such rows', async () => {
  const odd =
    "select * from (values (1, ''), (2, '__HIVE_DEFAULT_PARTITION__'), (3, null), (4, 'a')) t(id, place)";
  const adding = (rows: string) =>
    `{{config materialized='incremental' incremental_strategy='insert_overwrite' partition_by='place'}}\n${rows}`;
  const project = modelProject({
    whole: `{{config partition_by='place'}}\n${odd}`,
    added: adding("select 4 as id, 'a' as place"),
  });
  const told =
    "empty texts and '__HIVE_DEFAULT_PARTITION__', which no partition of a Delta table can be, are stored as NULL: place; to keep them, give them another value in the SQL";
  try {
    const first = await project.run();
    expect(first.node('gold.whole').notes).toEqual([told]);
    expect(first.node('gold.added').notes).toBeUndefined();
    expect(await project.rows('whole', 'id, place')).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [4, 'a'],
    ]);
    project.write({
      'models/gold/whole.sql': `{{config partition_by='place'}}\n${odd.replace('(4', '(5')}`,
      'models/gold/added.sql': adding(odd),
    });
    const second = await project.run();
    expect(second.node('gold.whole').notes).toBeUndefined();
    expect(second.node('gold.added').notes).toEqual([told]);
    project.write({ 'models/gold/added.sql': adding(`${odd} where id < 4`) });
    expect((await project.run()).node('gold.added').notes).toBeUndefined();
    const state = await project.state('gold.added');
    expect(state.casts).toEqual({ place: "''" });
    expect(await project.rows('added', 'id, place')).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [4, 'a'],
    ]);
  } finally {
    project.remove();
  }
}, 60_000);
