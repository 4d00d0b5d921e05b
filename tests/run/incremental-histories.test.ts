/**
 * Whatever happens at a portal, a lake that followed it day by day holds what one holds that asks for everything today.
 * Histories are random, of each load mode those events that it promises to follow; days are skipped and loads fail in
 * between. `LAKE_HISTORIES` sets how many of each kind, `LAKE_SEED` which.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type City, city } from './support/city.js';
import { contentOf, type History, history, KINDS, type Kind, manifestOf } from './support/histories.js';
import type { PortalContent } from './support/portal.js';

const COUNT = Number(process.env['LAKE_HISTORIES'] ?? 2);
const SEED = Number(process.env['LAKE_SEED'] ?? 20_261_121);
const DAYS = 4;

const kinds = Object.keys(KINDS) as Kind[];
const histories = new Map<string, History>(
  kinds.flatMap((kind) =>
    fc
      .sample(history(kind, DAYS - 1), { seed: SEED, numRuns: COUNT })
      .map((one, i) => [`${kind}_${i}`, one] as const),
  ),
);

describe(`an incremental load equals a full one (seed ${SEED})`, () => {
  let project: City;
  /** Dataset → by day what differed, and in which loads it failed though it should not. */
  const wrong = new Map<string, unknown[]>();

  beforeAll(async () => {
    const contents = new Map([...histories].map(([name, one]) => [name, contentOf(name, one)]));
    const manifests = [...histories].map(([name, { kind }]) => manifestOf(name, kind));
    project = city(Object.assign({}, ...manifests), {});
    for (let day = 0; day < DAYS; day += 1) {
      project.serve(together([...contents.values()].map((days) => days[day]!)));
      const of = (run: string) =>
        [...histories].filter(([, one]) => one.days[day]!.run === run).map(([name]) => name);
      const [succeed, fail] = [of('succeeds'), of('fails')];
      const built = await project.build({ select: [...succeed, ...fail], exit: 'any' });
      const fresh = await project.build({ select: succeed, target: 'fresh', fullRefresh: true, exit: 'any' });
      const tables = succeed.flatMap((name) => [`silver.${name}`, `silver.${name}__quarantine`]);
      const differences = await project.differences(...tables);
      for (const name of succeed) {
        const failed = [built, fresh].flatMap((run) =>
          run.nodes.filter((n) => n.id.endsWith(`.${name}`) && n.error).map((n) => n.reason),
        );
        const found = [differences[`silver.${name}`], differences[`silver.${name}__quarantine`], ...failed];
        const reason = built.node(`bronze.${name}`).reason;
        const told = found.filter((one) => one !== undefined);
        if (told.length > 0) wrong.set(name, [...(wrong.get(name) ?? []), { day, reason, told }]);
      }
    }
  }, 600_000);
  afterAll(() => project.remove());

  test.each([...histories.keys()])('%s', (name) => {
    expect(wrong.get(name) ?? [], JSON.stringify(histories.get(name), null, 1)).toEqual([]);
  });
});

function together(contents: readonly PortalContent[]): PortalContent {
  return {
    socrata: Object.assign({}, ...contents.map((content) => content.socrata)),
    ckan: Object.assign({}, ...contents.map((content) => content.ckan)),
    faults: contents.flatMap((content) => content.faults ?? []),
  };
}
