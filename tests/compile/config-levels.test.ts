/** dbt's precedence over the four levels that configuration is written at: every subset of them, for every way to combine. */
import { afterAll, describe, expect, it } from 'vitest';
import { compileProject } from '../../src/compile/index.js';
import type { ModelNode } from '../../src/compile/types.js';
import { loadProject } from '../../src/project/index.js';
import { tempProject } from '../support/small-city.js';

const LEVELS = ['project', 'folder', 'yaml', 'file'] as const;
type Level = (typeof LEVELS)[number];

const SUBSETS = Array.from({ length: 16 }, (_, bits) => LEVELS.filter((_, i) => bits & (1 << i)));
const projects: { remove(): void }[] = [];
afterAll(() => {
  for (const one of projects) one.remove();
});

const quoted = (value: unknown): string => JSON.stringify(value);

/** The node of a model whose levels say these things: level → key → value. */
async function nodeOf(says: Partial<Record<Level, Record<string, unknown>>>) {
  const plus = (settings: Record<string, unknown> = {}): string =>
    Object.entries(settings)
      .map(([key, value]) => `+${key}: ${quoted(value)}`)
      .join(', ');
  const inFile = Object.entries(says.file ?? {}).map(([key, value]) =>
    Array.isArray(value)
      ? `${key}=(list ${value.map(quoted).join(' ')})`
      : typeof value === 'object'
        ? `${key}=(object ${Object.entries(value as object)
            .map(([k, v]) => `${k}=${quoted(v)}`)
            .join(' ')})`
        : `${key}=${quoted(value)}`,
  );
  const root = [plus(says.project), `gold: {sales: {${plus(says.folder)}}}`].filter(Boolean).join(', ');
  const project = tempProject({
    'project.yml': `name: shop\nversion: 1\nmodels: {${root}}\n`,
    'profiles.yml':
      'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
    'models/gold/sales/x.sql': `{{config ${inFile.join(' ')}}}\nselect 1 as n`,
    'models/gold/sales/x.yml': `models:\n  - {name: x, config: ${quoted(says.yaml ?? {})}}\n`,
  });
  projects.push(project);
  const loaded = await loadProject(project.root, {});
  const { graph, diagnostics } = await compileProject(loaded.project!, loaded.sources);
  const mistakes = [...loaded.diagnostics, ...diagnostics].map(({ code, message }) => `${code} ${message}`);
  expect(mistakes).toEqual([]);
  return graph!.nodes.find(({ id }) => id === 'gold.x') as ModelNode | undefined;
}

/** One value of a key at each level. */
const at = (levels: readonly Level[], key: string, value: (level: Level) => unknown) =>
  Object.fromEntries(levels.map((level) => [level, { [key]: value(level) }]));

describe.each(SUBSETS.map((levels) => [levels.join(', ') || 'nobody', levels] as const))(
  'said by %s',
  (_, levels) => {
    it('the nearest wins, tags and hooks add up from far to near, meta is merged', async () => {
      const says = (level: Level) => ({
        owner: level,
        materialized: level === 'folder' || level === 'file' ? 'view' : 'table',
        tags: [level, 'all'],
        meta: { nearest: level, [level]: true },
        pre_hook: [`select '${level}'`],
        post_hook: `select '${level}'`,
      });
      // An object cannot be written into a file's own configuration.
      const inFile = ({ meta: _meta, ...rest }: ReturnType<typeof says>) => rest;
      const node = (await nodeOf(
        Object.fromEntries(
          levels.map((level) => [level, level === 'file' ? inFile(says(level)) : says(level)]),
        ),
      ))!;
      const last = levels.at(-1);
      const inYaml = levels.filter((level) => level !== 'file');
      expect(node.config['owner']).toBe(last);
      expect(node.materialized).toBe(last === undefined ? 'table' : says(last).materialized);
      expect([...node.tags].sort()).toEqual([...levels, ...(levels.length > 0 ? ['all'] : [])].sort());
      expect(node.config['meta']).toEqual(
        inYaml.length === 0
          ? undefined
          : { nearest: inYaml.at(-1), ...Object.fromEntries(inYaml.map((level) => [level, true])) },
      );
      for (const hooks of [node.hooks?.pre ?? [], node.hooks?.post ?? []])
        expect(hooks.map(({ sql }) => sql)).toEqual(levels.map((level) => `select '${level}'`));
    });

    it('enabled: the nearest decides whether the model is there', async () => {
      for (const off of levels) {
        const node = await nodeOf(at(levels, 'enabled', (level) => level !== off));
        expect(node === undefined).toBe(off === levels.at(-1));
      }
    });
  },
);
