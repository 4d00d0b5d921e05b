/** A project of models and seeds alone, as dbt's adapter tests have it, and its tables as rows. */
import { type BuildFlags, type Built, type City, city } from '../../run/support/city.js';
import { ask } from '../../run/support/shop.js';
import type { Files } from '../../support/small-city.js';

export interface ModelProject extends City {
  copy(): ModelProject;
  /** Builds these models, several with a blank between them; all without. */
  run(select?: string, flags?: BuildFlags): Promise<Built>;
  /** All rows of a table or view of gold, sorted. */
  rows(name: string, columns?: string): Promise<readonly (readonly unknown[])[]>;
  /** Names and types of its columns. */
  columns(name: string): Promise<readonly string[]>;
}

/** `models`: file name under models/gold → SQL; other paths are written as they are. */
export function modelProject(models: Readonly<Record<string, string>>, files: Files = {}): ModelProject {
  const named = Object.entries(models).map(([name, sql]) => [`models/gold/${name}.sql`, sql] as const);
  return around(city({ ...Object.fromEntries(named), ...files }, {}));
}

function around(project: City): ModelProject {
  return {
    ...project,
    copy: () => around(project.copy()),
    run: (select, flags = {}) =>
      project.build({ ...flags, ...(select === undefined ? {} : { select: select.split(' ') }) }),
    rows: (name, columns = '*') => ask(project, `select ${columns} from gold.${name} order by all`),
    columns: async (name) =>
      (await ask(project, `describe gold.${name}`)).map(([column, type]) => `${column} ${type}`),
  };
}
