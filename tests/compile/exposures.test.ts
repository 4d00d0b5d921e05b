import { beforeAll, describe, expect, it } from 'vitest';
import { select } from '../../src/compile/select/index.js';
import type { Graph } from '../../src/compile/types.js';
import { at, graphOf, mistakesIn, model } from './build-project.js';

const weekly = {
  name: 'weekly',
  type: 'dashboard',
  owner: { name: 'Ada' },
  tags: ['board'],
  dependsOn: ['orders'],
  at: at('models/gold/gold.yml', 9, 11),
};

describe('an exposure', () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await graphOf({
      models: [
        model('raw', 'select 1 as n'),
        model('orders', "select * from {{ref 'raw'}}"),
        model('other', 'select 1 as n', { config: { group: 'finance', access: 'public' } }),
      ],
      groups: [{ name: 'finance', owner: { name: 'Ada' }, at: at('models/gold/gold.yml', 2) }],
      exposures: [weekly],
    });
  });

  it.each([
    ['exposure:weekly', [], ['exposure.weekly']],
    ['+exposure:weekly', ['gold.raw', 'gold.orders'], ['exposure.weekly']],
    ['1+exposure:week*', ['gold.orders'], ['exposure.weekly']],
    ['raw+', ['gold.raw', 'gold.orders'], ['exposure.weekly']],
    ['tag:board', [], ['exposure.weekly']],
    ['resource_type:exposure', [], ['exposure.weekly']],
    ['group:finance', ['gold.other'], []],
    ['access:public', ['gold.other'], []],
    ['orders', ['gold.orders'], []],
  ])('%s selects %j and %j', (text, nodes, exposures) => {
    expect(select(graph, { select: [text] })).toMatchObject({ nodes, exposures });
  });

  it('is part of everything, and can be left out', () => {
    expect(select(graph, {}).exposures).toEqual(['exposure.weekly']);
    expect(select(graph, { exclude: ['exposure:weekly'] }).exposures).toEqual([]);
  });

  it('of what is switched off is told so', async () => {
    const models = [model('orders', 'select 1 as n', { config: { enabled: false } })];
    expect(await mistakesIn({ models, exposures: [weekly] })).toEqual([
      'models/gold/gold.yml:9:11 LK2019 the model "orders", which the exposure "weekly" depends on, is disabled\n  It says enabled: false; see models/gold/orders.sql, or take it out of depends_on',
    ]);
  });
});
