/** Many small stories in one project, each with datasets of its own: what a build costs is paid once for all of them. */
import { createHash } from 'node:crypto';
import type { Files } from '../../support/small-city.js';
import { type City, city } from './city.js';
import type { PortalContent } from './portal.js';

export interface Scenario {
  readonly files: Files;
  /** What the portal serves on day 1, 2, …; the last one stays. */
  readonly days: readonly PortalContent[];
}

/** Name, used for its datasets, addresses and ids → the story. */
export type Scenarios = Readonly<Record<string, (name: string) => Scenario>>;

export interface ScenarioCity extends City {
  /** Serves what the portals of all stories have on a day. */
  serveDay(day: number): void;
}

export function scenarioCity(scenarios: Scenarios): ScenarioCity {
  const all = Object.entries(scenarios).map(([name, make]) => make(name));
  const on = (day: number) =>
    merge(all.map(({ days }) => days[Math.min(day, days.length) - 1] ?? ({} satisfies PortalContent)));
  const project = city(Object.assign({}, ...all.map(({ files }) => files)), on(1));
  return { ...project, serveDay: (day) => project.serve(on(day)) };
}

function merge(contents: readonly PortalContent[]): PortalContent {
  return {
    socrata: Object.assign({}, ...contents.map((content) => content.socrata)),
    ckan: Object.assign({}, ...contents.map((content) => content.ckan)),
    files: Object.assign({}, ...contents.map((content) => content.files)),
    faults: contents.flatMap((content) => content.faults ?? []),
  };
}

/** A Socrata id for a name. */
export function fourByFour(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return `${hash.slice(0, 4)}-${hash.slice(4, 8)}`;
}
