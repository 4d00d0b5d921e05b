/**
 * Follows histories day by day: a lake that is loaded in increments, beside one that asks for everything each day. Histories
 * of several kinds are followed together, each with a dataset of its own: what a build costs is paid once for all of them.
 */
import { readFileSync } from 'node:fs';
import { tempProject } from '../../../support/small-city.js';
import { type Built, buildProject } from '../city.js';
import { wrongTables } from './compare.js';
import type { History, Run } from './history.js';
import { killedBuild } from './killed-build.js';
import { type Kind, manifestOf } from './kinds.js';
import { instantOf, type PortalDay, portalDays, portalFolder } from './portal-days.js';

/** What was wrong on the first day on which anything was. */
export interface Finding {
  readonly day: number;
  /** Why the last load asked for what it asked. */
  readonly reason: string;
  readonly wrong: readonly unknown[];
}

/** How often each event of a history, and each way of building, was met. */
export type Tally = Map<string, number>;

interface Followed {
  readonly history: History;
  readonly days: readonly PortalDay[];
}

/**
 * Properties that run side by side, one for each kind. Each has a seat; once all of them have a history to be followed, these
 * are followed together.
 */
export class Followers {
  readonly tally: Tally = new Map();
  #seats: number;
  #waiting: { readonly history: History; readonly done: (found: Promise<Finding | undefined>) => void }[] =
    [];

  constructor(seats: number) {
    this.#seats = seats;
  }

  /** @returns what was wrong; undefined for a history that was followed rightly. */
  follow(history: History): Promise<Finding | undefined> {
    return new Promise((done) => {
      this.#waiting.push({ history, done });
      this.#begin();
    });
  }

  /** Gives a seat back: nothing more of this kind is to be followed. */
  leave(): void {
    this.#seats -= 1;
    this.#begin();
  }

  #begin(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#seats) return;
    const together = this.#waiting;
    this.#waiting = [];
    const found = followTogether(
      together.map(({ history }) => history),
      this.tally,
    );
    for (const { history, done } of together) done(found.then((all) => all.get(history.kind)));
  }
}

const PROFILES = `lake:
  target: dev
  outputs:
    dev: {type: duckdb, portal: portal, lake: {type: local, path: lake}}
    fresh: {type: duckdb, portal: portal, lake: {type: local, path: fresh}}
`;

async function followTogether(
  histories: readonly History[],
  tally: Tally,
): Promise<ReadonlyMap<Kind, Finding>> {
  const all = new Map(
    histories.map((history): [Kind, Followed] => [history.kind, { history, days: portalDays(history) }]),
  );
  const project = tempProject({
    'project.yml': readFileSync(new URL('../../../../project.yml', import.meta.url), 'utf8'),
    'profiles.yml': PROFILES,
    ...portalFolder(all),
    ...Object.assign({}, ...histories.map(manifestOf)),
  });
  try {
    const found = new Map<Kind, Finding>();
    const last = Math.max(...histories.map(({ days }) => days.length));
    for (let day = 0; day < last; day += 1) {
      const followed = [...all.values()].filter(
        ({ history: { kind, days } }) => day < days.length && !found.has(kind),
      );
      for (const [kind, finding] of await followDay(project.root, followed, day, tally))
        found.set(kind, finding);
    }
    return found;
  } finally {
    project.remove();
  }
}

async function followDay(
  root: string,
  followed: readonly Followed[],
  day: number,
  tally: Tally,
): Promise<ReadonlyMap<Kind, Finding>> {
  const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1);
  for (const { history } of followed) for (const { is } of history.days[day]!.events) count(is);
  const runOf = ({ history }: Followed): Run => history.days[day]!.run;
  const awake = followed.filter((one) => runOf(one).how !== 'skipped');
  const names = awake.map(({ history }) => history.kind);
  if (names.length === 0) return new Map();
  for (const [run, select] of alike(
    awake.map(({ history }) => history),
    day,
  )) {
    for (const _ of select) count(run.how);
    if (run.how === 'killed' && (await killedBuild(root, select, day + 1, run))) count('killed indeed');
    const flags = flagsOf(run, day);
    if (flags) await buildProject(root, { select, day: day + 1, exit: 'any', ...flags });
  }
  const built = await buildProject(root, { select: names, day: day + 1, exit: 'any' });
  const full = { target: 'fresh', fullRefresh: true } as const;
  const fresh = await buildProject(root, { select: names, day: day + 1, exit: 'any', ...full });
  const found = new Map<Kind, Finding>();
  const note = (kind: Kind, wrong: readonly unknown[]) =>
    wrong.length > 0 && found.set(kind, { day, reason: built.node(`bronze.${kind}`).reason, wrong });
  for (const kind of names) note(kind, [...failures(built, kind), ...failures(fresh, kind)]);
  const whole = awake.filter(({ history }) => !found.has(history.kind));
  const tables = whole.map(({ history: { kind }, days }) => ({
    kind,
    now: days[day]!,
    gone: goneBy(days, day),
  }));
  for (const [kind, wrong] of await wrongTables(root, tables)) note(kind, wrong);
  return found;
}

/** The builds of a day before the plain one, each with the datasets that are made by it. */
function alike(histories: readonly History[], day: number): readonly (readonly [Run, readonly Kind[]])[] {
  const byRun = new Map<string, Kind[]>();
  for (const { kind, days } of histories) {
    const run = JSON.stringify(days[day]!.run);
    byRun.set(run, [...(byRun.get(run) ?? []), kind]);
  }
  return [...byRun].map(([run, kinds]) => [JSON.parse(run) as Run, kinds] as const);
}

/** What the build before the plain one is asked for; undefined where there is none in this process. */
function flagsOf(run: Run, day: number): Parameters<typeof buildProject>[1] {
  if (run.how === 'full_refresh') return { fullRefresh: true };
  if (run.how === 'faults') return { faults: run.faults, seed: run.seed };
  if (run.how !== 'window') return undefined;
  const on = (days: number) => instantOf(day + days).slice(0, 10);
  return { backfill: { since: on(-run.since), until: on(run.until), by: 'month' } };
}

function failures(built: Built, kind: Kind): readonly unknown[] {
  const failed = built.nodes.filter(({ id, error }) => id.split('.')[1] === kind && error !== undefined);
  return failed.map(({ id, reason, error }) => [id, reason, error?.message]);
}

/** Keys that the portal once had, and has no longer. */
function goneBy(days: readonly PortalDay[], day: number): ReadonlySet<string> {
  const before = days.slice(0, day).flatMap(({ keys = [] }) => [...keys]);
  return new Set(before.filter((key) => !days[day]!.keys?.has(key)));
}
