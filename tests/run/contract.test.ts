/** `contract: {columns, values}`: what a load with other columns or invalid values does, exactly as declared. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Built } from './support/city.js';
import type { Row } from './support/portal.js';
import { type Scenario, type ScenarioCity, scenarioCity } from './support/scenarios.js';

interface Parks {
  readonly contract: string;
  readonly hectares?: string;
  readonly second?: (n: number) => Row;
}

const first = (n: number): Row => ({
  PARK: `Park ${n}`,
  WARD: `W${n % 3}`,
  HECTARES: String(n + 10),
  OLD: 'x',
});
/** WARD is called DISTRICT now, OLD is gone, TREES is new. */
const renamed = (n: number): Row => ({
  PARK: `Park ${n}`,
  DISTRICT: `w${n % 3}`,
  HECTARES: String(n + 10),
  TREES: String(n),
});
/** The key's own column is called NAME now. */
const rekeyed = ({ PARK, ...others }: Row): Row => ({ NAME: PARK!, ...others });
const flipped = (n: number): Row => ({ ...first(n), HECTARES: n === 0 ? 'about ten' : String(n + 10) });

function parks({ contract, hectares = 'double', second = renamed }: Parks) {
  return (name: string): Scenario => ({
    files: {
      [`datasets/${name}.yml`]: `dataset: ${name}
portal: ckan
source: {package: ${name}}
key: [park]
contract: ${contract}
fields:
  park: varchar
  hectares: ${hectares}
`,
    },
    days: [first, second].map((row, day) => {
      const rows = Array.from({ length: 12 }, (_, n) => row(n));
      const columns = Object.fromEntries(Object.keys(rows[0]!).map((column) => [column, 'text']));
      return { ckan: { [name]: { columns, rows, at: `2026-10-0${day + 1}T10:00:00Z` } } };
    }),
  });
}

const CHANGE = `renamed "WARD" → "DISTRICT"; gone "OLD"; new "TREES"`;

let project: ScenarioCity;
let day2: Built;
beforeAll(async () => {
  project = scenarioCity({
    evolving: parks({ contract: '{columns: evolve}' }),
    ignoring: parks({ contract: '{columns: ignore}' }),
    frozen: parks({ contract: '{columns: freeze}' }),
    frozen_key: parks({ contract: '{columns: freeze}', second: (n) => rekeyed(first(n)) }),
    quarantining: parks({ contract: '{values: quarantine}', second: flipped }),
    nullifying: parks({ contract: '{values: nullify}', second: flipped }),
    failing: parks({ contract: '{values: fail}', second: flipped }),
    own_way: parks({
      contract: '{values: fail}',
      hectares: '{type: double, on_invalid: nullify}',
      second: flipped,
    }),
  });
  await project.build();
  project.serveDay(2);
  day2 = await project.build({ exit: 1 });
});
afterAll(() => project.remove());

const one = async (sql: string) => (await project.query(sql))[0];

describe('contract.columns', () => {
  test('F34: `evolve` lands other columns and reports which came, went and were renamed to what, by their values', async () => {
    expect(day2.node('bronze.evolving')).toMatchObject({
      status: 'success',
      notes: [`the portal's columns have changed: ${CHANGE}`],
    });
    const { load } = await project.state('bronze.evolving');
    expect(load?.columns).toEqual({
      added: ['DISTRICT', 'TREES'],
      gone: ['WARD', 'OLD'],
      renamed: [{ from: 'WARD', to: 'DISTRICT', share: 1 }],
    });
    expect(await one('select count(DISTRICT)::int, count(WARD)::int from bronze.evolving')).toEqual([12, 12]);
  });

  test('F34: `ignore` lands them and says nothing', () => {
    const { status, notes = [] } = day2.node('bronze.ignoring');
    expect([status, notes]).toEqual(['success', []]);
  });

  test('F34: `freeze` fails the load with the difference, and nothing is published until it is accepted', async () => {
    expect(day2.node('bronze.frozen').error).toMatchObject({
      code: 'LK4013',
      message: `frozen: the columns are frozen, and the portal's have changed: ${CHANGE}`,
      hint: expect.stringContaining('--accept frozen:columns'),
    });
    expect(project.versions()['bronze.frozen']).toBe(0);
    await project.build({ select: ['frozen'], accept: ['frozen:columns'] });
    const { load } = await project.state('bronze.frozen');
    expect(load?.accepted?.map(({ guard }) => guard)).toEqual(['columns']);
    expect((await project.build({ select: ['frozen'], fullRefresh: true })).statuses).toMatchObject({
      'bronze.frozen': 'unchanged',
    });
  });
});

test('F34: a key whose column has another name is recognised by its values, too', () => {
  expect(day2.node('bronze.frozen_key').error?.message).toBe(
    `frozen_key: the columns are frozen, and the portal's have changed: renamed "PARK" → "NAME"`,
  );
});

describe('contract.values', () => {
  test('F34: a number that became a word goes the way of the contract: quarantine, nullify or fail', async () => {
    const counts = (name: string) => one(`select count(*)::int, count(hectares)::int from silver.${name}`);
    expect(await counts('quarantining')).toEqual([11, 11]);
    expect(await one('select _errors[1] from silver.quarantining__quarantine')).toEqual([
      'hectares: not a double',
    ]);
    expect(await counts('nullifying')).toEqual([12, 11]);
    expect(day2.node('silver.failing').error).toMatchObject({
      code: 'LK4007',
      message: 'failing: values that may not be invalid are: hectares: not a double in 1 row',
    });
    expect(await counts('failing')).toEqual([12, 12]);
    expect(await counts('own_way')).toEqual([12, 11]);
  });
});
