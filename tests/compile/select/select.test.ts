import { beforeAll, describe, expect, it } from 'vitest';
import { select, selectNodes } from '../../../src/compile/select/index.js';
import type { Graph } from '../../../src/compile/types.js';
import { at, dataset, field, graphOf, model, singular, test } from '../build-project.js';

/**
 *  bronze.matches → silver.matches → bronze.lineups → silver.lineups ─┐
 *                         └──────────────────────────────────────────→ gold.players → gold.top
 *  bronze.shootings → silver.shootings → gold.cells → gold.top
 */
let graph: Graph;
beforeAll(async () => {
  graph = await graphOf({
    datasets: [
      dataset('matches', ['match_id'], { tags: ['football'], path: 'datasets/statsbomb/matches.yml' }),
      dataset('lineups', ['player'], {
        tags: ['football'],
        path: 'datasets/statsbomb/lineups.yml',
        source: { forEach: { dataset: 'matches', at: at('x.yml') }, at: at('x.yml') },
      }),
      dataset('shootings', [field('id', { tests: [test('not_null')] })], {
        tags: ['police', 'hot'],
        path: 'datasets/toronto/shootings.yml',
        portal: 'toronto',
        unitTests: [{ name: 'days', given: [], expect: [], at: at('x.yml') }],
      }),
    ],
    models: [
      model('players', "select * from {{ref 'lineups'}}, {{ref 'matches'}}", { tags: ['hot'] }),
      model('cells', "select * from {{ref 'shootings'}}", {
        path: 'models/gold/toronto/cells.sql',
        config: { materialized: 'view', meta: { owners: ['ana', 'ben'] } },
      }),
      model('top', "select * from {{ref 'players'}}, {{ref 'cells'}}", {
        tests: [test('row_count', { min: 1 })],
      }),
    ],
    singularTests: [singular('no_lonely', "select * from {{ref 'players'}}")],
  });
});

const football = 'bronze.matches silver.matches bronze.lineups silver.lineups';
const police = 'bronze.shootings silver.shootings';

/** select, exclude (behind `!`), nodes in any order. */
const cases: readonly (readonly [select: string, nodes: string])[] = [
  ['', `${football} ${police} gold.players gold.cells gold.top`],
  ['shootings', police],
  ['bronze.shootings', 'bronze.shootings'],
  ['gold.cells', 'gold.cells'],
  ['cells', 'gold.cells'],
  ['shootings players', `${police} gold.players`],
  ['shootings+', `${police} gold.cells gold.top`],
  ['+cells', `${police} gold.cells`],
  ['1+cells', 'silver.shootings gold.cells'],
  ['2+cells', `${police} gold.cells`],
  ['silver.shootings+1', 'silver.shootings gold.cells'],
  ['1+gold.cells+1', 'silver.shootings gold.cells gold.top'],
  ['0+cells', 'gold.cells'],
  ['bronze.matches+2', 'bronze.matches silver.matches bronze.lineups gold.players'],
  ['@cells', `gold.cells gold.top ${police} gold.players ${football}`],
  [
    '@lineups',
    `bronze.lineups silver.lineups bronze.matches silver.matches gold.players gold.top gold.cells ${police}`,
  ],
  ['tag:football', football],
  ['tag:hot', `${police} gold.players`],
  ['tag:p*', police],
  ['tag:hot,bronze.*', 'bronze.shootings'],
  ['tag:hot,tag:police', police],
  ['+cells,+players', ''],
  ['+top,tag:hot,gold.*', 'gold.players'],
  ['path:datasets/statsbomb', football],
  ['datasets/statsbomb/', football],
  ['./datasets/toronto/shootings.yml', police],
  ['path:datasets/*/shootings.yml', police],
  ['path:**/cells.sql', 'gold.cells'],
  ['models/gold', 'gold.players gold.cells gold.top'],
  ['models/gold/*', 'gold.players gold.cells gold.top'],
  ['path:datasets/statsbomb+1', `${football} gold.players`],
  ['file:cells.sql', 'gold.cells'],
  ['file:shoot*', police],
  ['config.materialized:view', 'gold.cells'],
  ['config.materialized:view+', 'gold.cells gold.top'],
  ['config.meta.owners:ana', 'gold.cells'],
  ['config.materialized:table,config.tags:hot', 'gold.players'],
  ['source:toronto', 'bronze.shootings'],
  ['source:toronto.shootings+', `${police} gold.cells gold.top`],
  ['source:city', 'bronze.matches bronze.lineups'],
  ['resource_type:model', 'gold.players gold.cells gold.top'],
  ['resource_type:dataset', `${football} ${police}`],
  ['resource_type:silver', 'silver.matches silver.lineups silver.shootings'],
  ['s*s', police],
  ['*.shoot?ngs', police],
  ['name:shootings', police],
  ['!shootings', `${football} gold.players gold.cells gold.top`],
  ['shootings+!gold.top', `${police} gold.cells`],
  ['shootings+!tag:police cells', 'gold.top'],
  ['tag:football!bronze.*', 'silver.matches silver.lineups'],
  ['shootings!shootings', ''],
  ['test_type:unit', ''],
];

describe('nodes', () => {
  it.each(cases)('%s', (text, nodes) => {
    const [wanted, unwanted] = text.split('!');
    const chosen = selectNodes(graph, {
      select: wanted ? [wanted] : undefined,
      exclude: unwanted ? [unwanted] : undefined,
    });
    expect(new Set(chosen)).toEqual(new Set(nodes.split(' ').filter(Boolean)));
    const order = graph.nodes.map((n) => n.id);
    expect(chosen).toEqual([...chosen].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  });

  it('several --select add up', () => {
    expect(selectNodes(graph, { select: ['cells', 'top players'] })).toEqual(
      ['gold.cells', 'gold.players', 'gold.top'].sort((a, b) => {
        const order = graph.nodes.map((n) => n.id);
        return order.indexOf(a) - order.indexOf(b);
      }),
    );
  });
});

describe('tests', () => {
  const all = [
    'not_null(silver.shootings.id)',
    'row_count(gold.top)',
    'tests/data/no_lonely.sql',
    'shootings::days',
  ];
  it.each([
    ['', '', all],
    ['shootings', '', ['not_null(silver.shootings.id)', 'shootings::days']],
    ['bronze.shootings', '', []],
    ['players', '', ['tests/data/no_lonely.sql']],
    ['test_type:unit', '', ['shootings::days']],
    [
      'test_type:data',
      '',
      ['not_null(silver.shootings.id)', 'row_count(gold.top)', 'tests/data/no_lonely.sql'],
    ],
    ['test_type:singular', '', ['tests/data/no_lonely.sql']],
    ['shootings,test_type:unit', '', ['shootings::days']],
    ['shootings::days', '', ['shootings::days']],
    ['not_null(*)', '', ['not_null(silver.shootings.id)']],
    ['tests/data', '', ['tests/data/no_lonely.sql']],
    ['no_lonely', '', ['tests/data/no_lonely.sql']],
    [
      'resource_type:test',
      '',
      ['not_null(silver.shootings.id)', 'row_count(gold.top)', 'tests/data/no_lonely.sql'],
    ],
    ['', 'test_type:unit', all.slice(0, 3)],
    ['shootings+', 'cells', ['not_null(silver.shootings.id)', 'row_count(gold.top)', 'shootings::days']],
  ])('--select "%s" --exclude "%s"', (wanted, unwanted, tests) => {
    expect(select(graph, { select: [wanted], exclude: [unwanted] }).tests).toEqual(tests);
  });

  it('what a test reads stands above it', () => {
    expect(selectNodes(graph, { select: ['1+no_lonely'] })).toEqual(['gold.players']);
  });
});
