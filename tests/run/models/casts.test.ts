/** Columns whose type Delta tables lack are told once, with what they are stored as. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type City, sqlProject } from '../support/city.js';

const MODEL = 'models/gold/typed.sql';
const SQL = `select sum(n) as total, uuid() is not null as known, '{"a": 1}'::json as body, n::utinyint as small
from range(3) t(n) group by n, small`;
const NOTE =
  'types that Delta tables lack: total is HUGEINT and stored as DECIMAL(38,0), body is JSON and stored as VARCHAR; to choose another, cast it in the SQL';

let project: City;
beforeAll(() => {
  project = sqlProject({ [MODEL]: SQL, 'models/gold/plain.sql': 'select 1 as id' });
});
afterAll(() => project.remove());

it('at the first build, and not again while the types stay; a further column is told alone', async () => {
  const first = await project.build();
  expect(first.node('gold.typed').notes).toEqual([NOTE]);
  expect(first.node('gold.plain').notes).toBeUndefined();
  expect((await project.build()).node('gold.typed').notes).toBeUndefined();
  project.write({ [MODEL]: SQL.replace('range(3)', 'range(4)') });
  const second = await project.build();
  expect(second.node('gold.typed')).toMatchObject({ status: 'success', rows: 4 });
  expect(second.node('gold.typed').notes).toBeUndefined();
  project.write({ [MODEL]: SQL.replace('as small', "as small, time '10:00' as at") });
  expect((await project.build()).node('gold.typed').notes).toEqual([
    'types that Delta tables lack: at is TIME and stored as VARCHAR; to choose another, cast it in the SQL',
  ]);
}, 60_000);
