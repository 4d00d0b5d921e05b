/** `models/silver/<dataset>.sql`: which configuration of models has its effect there, and what is said of the other. */
import { afterAll, describe, expect, it } from 'vitest';
import { compileProject } from '../../src/compile/index.js';
import type { SilverNode } from '../../src/compile/types.js';
import { loadProject } from '../../src/project/index.js';
import { SMALL_CITY, smallCity, type TempProject } from '../support/small-city.js';
import { asLines } from './build-project.js';

const projects: TempProject[] = [];
afterAll(() => {
  for (const one of projects) one.remove();
});

async function compiled(config: string, properties: string, more = '') {
  const project = smallCity({
    'project.yml': `${SMALL_CITY['project.yml']}${more}`,
    'datasets/trees.yml': `${SMALL_CITY['datasets/trees.yml']}owner: Parks\nmeta: {room: 4, floor: 1}\n`,
    'models/silver/trees.sql': `{{config ${config}}}\nselect * from {{ref 'bronze.trees'}}\n`,
    'models/silver/trees.yml': `models:\n  - name: trees\n${properties.replace(/^/gm, '    ')}\n`,
  });
  projects.push(project);
  const loaded = await loadProject(project.root, {});
  const result = await compileProject(loaded.project!, loaded.sources);
  return {
    silver: result.graph?.nodes.find(({ id }) => id === 'silver.trees') as SilverNode | undefined,
    bronze: result.graph?.nodes.find(({ id }) => id === 'bronze.trees'),
    said: [...loaded.diagnostics, ...result.diagnostics].map(asLines),
  };
}

describe('a hand-written silver table', () => {
  it('has tags, meta, owner, licence and event time of its own, beside what its manifest says', async () => {
    const { silver, bronze, said } = await compiled(
      "event_time='planted' tags='by_hand'",
      'description: Every tree.\nconfig: {meta: {floor: 2}, license: CC0, tags: [green], access: protected, contract: {enforced: false}}',
      'models: {silver: {+owner: Forestry, +on_schema_change: fail}}\n',
    );
    expect(said).toEqual([]);
    expect(silver).toMatchObject({
      description: 'Every tree.',
      tags: ['green', 'by_hand'],
      dataset: { meta: { room: 4, floor: 2 }, owner: 'Forestry', license: 'CC0', eventTime: 'planted' },
    });
    expect(bronze).toMatchObject({ dataset: { meta: { room: 4, floor: 1 }, owner: 'Parks' } });
  });

  it('refuses what only models have, with its place and what to do instead', async () => {
    const { said } = await compiled(
      "post_hook='select 1' unique_key='tree_id'",
      'access: private\nconstraints: [{type: primary_key, columns: [tree_id]}]\nconfig:\n  contract: {enforced: true}\n  group: parks\n  lookback: 2\ncolumns:\n  - name: tree_id\n    constraints: [{type: not_null}]',
      'models: {+pre_hook: select 2, +batch_size: day}\n',
    );
    expect(said.map((text) => text.split('\n')[0]!.replace('"trees" rewrites silver.trees, ', ''))).toEqual([
      'project.yml:7:21 LK2031 where pre_hook would have no effect',
      'models/silver/trees.sql:1:10 LK2031 where post_hook would have no effect',
      'models/silver/trees.yml:6:7 LK2031 where contract would have no effect',
      'models/silver/trees.yml:4:5 LK2031 where constraints would have no effect',
      'models/silver/trees.yml:7:7 LK2031 where group would have no effect',
      'models/silver/trees.yml:3:5 LK2031 where access would have no effect',
      'models/silver/trees.sql:1:31 LK2031 where unique_key would have no effect',
      'models/silver/trees.yml:8:7 LK2031 where lookback would have no effect',
    ]);
    expect(said[1]).toContain('Do it in a gold model over it');
  });

  it('refuses a contract that its folder enforces', async () => {
    const { said } = await compiled(
      "tags='x'",
      'description: Every tree.',
      'models: {silver: {+contract: {enforced: true}}}\n',
    );
    expect(said).toEqual([
      'models/silver/trees.sql:1:1 LK2031 "trees" rewrites silver.trees, where contract would have no effect\n' +
        '  Test it (not_null, unique), or give the contract to a gold model over it; what holds for a folder of models stands under gold: of models: in project.yml',
    ]);
  });
});
