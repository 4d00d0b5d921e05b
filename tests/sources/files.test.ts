import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { LakeError } from '../../src/errors/lake-error.js';
import type { Portal } from '../../src/project/types.js';
import { sourceFor, writtenHosts } from '../../src/sources/index.js';
import type { SourceContext } from '../../src/sources/types.js';
import { failure, portal, scope, server, world } from '../fetch/world.js';
import { sourceConformance } from './conformance.js';
import { type FileSite, fileSite } from './file-server.js';
import { dataset } from './manifest.js';

const forEach = { dataset: 'matches', at: { file: 'datasets/x.yml', line: 1, col: 1 } };
const rows = (count: number) => JSON.stringify(Array.from({ length: count }, (_, row) => ({ row })));

function changing(site: FileSite, path: string) {
  return () => {
    site.files.set(path, rows(4));
  };
}

sourceConformance('GitHub', {
  type: 'github',
  portal: { repo: 'statsbomb/open-data', ref: 'master' },
  dataset: () => dataset({ files: ['data/competitions.json'] }),
  serve: async () => {
    const path = '/statsbomb/open-data/master/data/competitions.json';
    const site = await fileSite({ [path]: rows(3) });
    return { site: site.site, rows: 3, parts: 1, change: changing(site, path) };
  },
  missing: {
    dataset: () => dataset({ files: ['data/nothing.json'] }),
    code: 'LK3103',
    message: (origin) => `${origin}/statsbomb/open-data/master/data/nothing.json does not exist (HTTP 404)`,
  },
});

sourceConformance('HTTP', {
  type: 'http',
  dataset: (origin) => dataset({ urls: [`${origin}/one.json`, '/two.json'] }),
  serve: async () => {
    const site = await fileSite({ '/one.json': rows(3), '/two.json': rows(3) });
    return { site: site.site, rows: 6, parts: 2, change: changing(site, '/two.json') };
  },
  missing: {
    dataset: (origin) => dataset({ url: `${origin}/nothing.csv` }),
    code: 'LK3103',
    message: (origin) => `${origin}/nothing.csv does not exist (HTTP 404)`,
  },
});

const noClient = {
  getJson: () => Promise.reject(new Error('asked')),
  head: () => Promise.reject(new Error('asked')),
};

function discover(
  type: 'github' | 'http',
  source: Parameters<typeof dataset>[0],
  parentRows?: SourceContext['parentRows'],
  more = {},
) {
  const url = type === 'github' ? 'https://raw.githubusercontent.com' : 'https://data.example.org/files';
  const context: SourceContext = {
    dataset: dataset(source),
    portal: portal(url, { type, ...more }),
    parentRows,
  };
  return sourceFor(type).discover(context, noClient);
}

describe('files of a repository', () => {
  const repo = { repo: 'statsbomb/open-data', ref: 'master' };

  it('one for each row of the parent, which costs no request; the fields of the path become variables', async () => {
    const parts = await discover(
      'github',
      { forEach, files: ['data/matches/{competition_id}/{season_id}.json'] },
      [
        { competition_id: '11', season_id: '90' },
        { competition_id: '43', season_id: '3' },
        { competition_id: '11', season_id: '90' },
      ],
      repo,
    );
    expect(parts).toEqual([
      {
        id: 'data/matches/11/90.json',
        label: 'data/matches/11/90.json',
        variables: { competition_id: '11', season_id: '90' },
        locator: {
          url: 'https://raw.githubusercontent.com/statsbomb/open-data/master/data/matches/11/90.json',
        },
      },
      expect.objectContaining({
        id: 'data/matches/43/3.json',
        variables: { competition_id: '43', season_id: '3' },
      }),
    ]);
  });

  it('no rows, no parts', async () => {
    expect(await discover('github', { forEach, files: ['{match_id}.json'] }, [], repo)).toEqual([]);
  });

  it('a family fills templates by its variable and the member as {id}', async () => {
    const parts = await discover(
      'github',
      { family: { variable: 'season', members: { 2019: '4', 2020: '42' } }, files: ['{season}/{id}.json'] },
      undefined,
      repo,
    );
    expect(parts.map(({ id, variables }) => [id, variables])).toEqual([
      ['2019/4.json', { season: '2019' }],
      ['2020/42.json', { season: '2020' }],
    ]);
  });

  it('without a ref: the default branch', async () => {
    const [part] = await discover('github', { files: ['a b/c#d.csv'] }, undefined, { repo: 'o/r' });
    expect(part!.locator).toEqual({ url: 'https://raw.githubusercontent.com/o/r/HEAD/a%20b/c%23d.csv' });
  });

  it('B26: values that look like templates stay values in addresses', async () => {
    const urlOf = async (match_id: string) =>
      (
        await discover(
          'github',
          { forEach, files: ['data/{match_id}.json'] },
          [{ match_id, secret: 's' }],
          repo,
        )
      )[0]!.locator['url'];
    expect(await urlOf('{secret}')).toMatch(/\/data\/%7Bsecret%7D\.json$/);
    expect(await urlOf('a/../../b?c#d')).toMatch(/\/data\/a%2F\.\.%2F\.\.%2Fb%3Fc%23d\.json$/);
    const climbing = discover(
      'github',
      { forEach, files: ['data/{match_id}/x.json'] },
      [{ match_id: '..' }],
      repo,
    );
    expect(await failure(climbing)).toMatchObject({
      code: 'LK3006',
      message: 'A value for "data/{match_id}/x.json" would lead out of its folder: data/../x.json',
    });
    expect(
      await failure(discover('github', { forEach, files: ['{match_id}.json'] }, [{ match_id: '' }], repo)),
    ).toMatchObject({
      code: 'LK3006',
      message: 'There is no value for {match_id} in "{match_id}.json"',
      hint: 'Leave such rows out with where: under for_each',
    });
  });

  it('missing: skip takes a 404 as no rows', async () => {
    const site = await fileSite({});
    const { fetcher } = await world(site.site.origin, { portal: { type: 'github' } });
    const context = {
      dataset: dataset({ files: ['x.json'], missing: 'skip' }),
      portal: portal(site.site.origin, { type: 'github', ...repo }),
    };
    const github = sourceFor('github');
    const [part] = await github.discover(context, fetcher.client(scope));
    const made = github.requests(part!, await github.probe(part!, context, fetcher.client(scope)), context, {
      strategy: 'fast',
    });
    expect(
      await fetcher.fetchPart(scope, { partId: part!.id, ...part!, kind: 'full', ...made }),
    ).toMatchObject({ missing: true, files: [] });
  });
});

describe('addresses', () => {
  it('absolute, below the portal, and out of a row', async () => {
    const parts = await discover(
      'http',
      { forEach, urls: ['https://other.example.org/{id}.csv?q={id}', 'sub/{id}.csv', '{link}'] },
      [{ id: 'a b', link: 'https://third.example.org/x?y={id}' }],
    );
    expect(parts.map(({ id }) => id)).toEqual([
      'https://other.example.org/a%20b.csv?q=a%20b',
      'https://data.example.org/files/sub/a%20b.csv',
      'https://third.example.org/x?y={id}',
    ]);
  });

  it('only hosts that the user wrote out count as written', () => {
    const urls = [
      'https://Data.example.org/x/{id}',
      'http://10.0.0.1:8080/x',
      '{link}',
      'https://{host}/x',
      'https://a@b.org/x',
      '/relative',
    ];
    expect(writtenHosts(dataset({ urls }))).toEqual(['data.example.org', '10.0.0.1:8080']);
  });
});

describe('how a file is read', () => {
  const hint = async (source: Parameters<typeof dataset>[0]) => {
    const context = { dataset: dataset(source), portal: portal('https://data.example.org') };
    const http = sourceFor('http');
    const [part] = await http.discover(context, noClient);
    const { requests, decode } = http.requests(part!, { exists: true, requests: 0 }, context, {
      strategy: 'fast',
    });
    return { expect: requests[0]!.expect, decode };
  };

  it.each([
    [{ url: '/x.csv' }, { expect: 'any', decode: { format: 'csv' } }],
    [{ url: '/x.JSON?y=1' }, { expect: 'json', decode: { format: 'json' } }],
    [{ url: '/x.xlsx' }, { expect: 'any', decode: { format: 'xlsx' } }],
    [
      { url: '/api', records: 'result.rows' },
      { expect: 'json', decode: { format: 'json', records: 'result.rows' } },
    ],
    [
      { url: '/api', explode: { path: 'lineup', keepEmpty: false } },
      { expect: 'json', decode: { format: 'json', explode: { path: 'lineup', keepEmpty: false } } },
    ],
    [
      { url: '/x.csv', read: { sheet: 'S {year}', header: 2 } },
      { expect: 'xlsx', decode: { format: 'xlsx', sheet: 'S {year}', header: 2 } },
    ],
    [
      { url: '/x', read: { delimiter: ';', skipRows: 1, footerRows: 2, encoding: 'latin-1', quote: "'" } },
      {
        expect: 'csv',
        decode: {
          format: 'csv',
          delimiter: ';',
          skipRows: 1,
          footerRows: 2,
          encoding: 'latin-1',
          quote: "'",
        },
      },
    ],
  ])('%j', async (source, expected) => {
    expect(await hint(source)).toEqual(expected);
  });
});

describe('what GitHub does not say', () => {
  const github = sourceFor('github');
  async function refused(answer: (response: ServerResponse) => unknown, more: Partial<Portal> = {}) {
    const site = await server((_, response) => answer(response));
    const city = portal(site.origin, { type: 'github', repo: 'o/r', ref: 'master', ...more });
    const { fetcher } = await world(site.origin, { portal: city });
    const context: SourceContext = { dataset: dataset({ files: ['data/x.json'] }), portal: city };
    const [found] = await github.discover(context, noClient);
    const made = github.requests(found!, { exists: true, requests: 0 }, context, { strategy: 'fast' });
    const error = await failure(
      fetcher.fetchPart(scope, { partId: found!.id, ...found!, kind: 'full', ...made }),
    );
    return github.explain!(found!, context, error as LakeError);
  }

  it('B15: 404 is told as what it may be: a moved file, a renamed branch or a private repository', async () => {
    expect(await refused((response) => response.writeHead(404).end('404: Not Found'))).toMatchObject({
      code: 'LK3001',
      message: 'o/r has no data/x.json at master',
      hint: expect.stringMatching(/branch that was renamed .* private repository \(set the portal’s token\)/),
    });
    const error = await refused((response) => response.writeHead(404).end(), {
      ref: undefined,
      hasToken: true,
    });
    expect(error).toMatchObject({
      message: 'o/r has no data/x.json at its default branch',
      hint: expect.stringContaining('that the token does not open'),
    });
  });

  it('B15: 429 says that a token helps, and stays a failure that may pass', async () => {
    expect(
      await refused((response) =>
        response.writeHead(429, { 'retry-after': '0' }).end('429: Too Many Requests'),
      ),
    ).toMatchObject({
      code: 'LK3101',
      transient: true,
      hint: expect.stringContaining('set token: of the portal'),
    });
  });

  it('B15: an LFS pointer is told from the file', async () => {
    expect(
      await refused((response) =>
        response.end('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'),
      ),
    ).toMatchObject({ code: 'LK3115' });
  });
});
