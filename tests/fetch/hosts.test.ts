import { describe, expect, it } from 'vitest';
import { HostPolicy } from '../../src/fetch/host-policy.js';
import { isPublicAddress } from '../../src/fetch/public-address.js';
import { redirectTarget } from '../../src/fetch/redirect.js';
import { failure, part, portal, request, scope, server, world } from './world.js';

const secret = 'canary-0123456789';

describe('redirects', () => {
  it('are followed on the same origin, relative ones too', async () => {
    const site = await server((incoming, response) => {
      if (incoming.url === '/old.csv') response.writeHead(302, { location: '/new.csv?x=1' }).end();
      else response.end('id\n1\n');
    });
    const { fetcher } = await world(site.origin);
    const landed = await fetcher.fetchPart(scope, part([request(`${site.origin}/old.csv`)]));
    expect(site.seen.map(({ path }) => path)).toEqual(['/old.csv', '/new.csv?x=1']);
    expect(landed).toMatchObject({ requests: 2, files: [{ url: `${site.origin}/old.csv`, bytes: 5 }] });
  });

  it('B22: redirects end after five', async () => {
    const site = await server((_, response, before) => {
      response.writeHead(302, { location: `/${before}` }).end();
    });
    const { fetcher } = await world(site.origin);
    expect(await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/a`)])))).toMatchObject({
      code: 'LK3123',
      message: `${site.origin}/a leads over more than 5 redirects`,
    });
    expect(site.seen).toHaveLength(6);
  });

  it('B22: redirects never go down from https to http', () => {
    expect(() => redirectTarget('http://data.example.org/x', new URL('https://data.example.org/'))).toThrow(
      'https://data.example.org/ redirects from https to http (http://data.example.org)',
    );
    expect(redirectTarget('//other.example.org/x', new URL('https://data.example.org/')).href).toBe(
      'https://other.example.org/x',
    );
  });
});

describe('addresses that a portal names must be public', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0177.0.0.1',
    '169.254.169.254',
    '10.0.0.1',
  ])('B22: a redirect to %s is refused and nothing is sent there', async (host) => {
    const inside = await server((_, response) => {
      response.end('id\n1\n');
    });
    const site = await server((_, response) => {
      response.writeHead(302, { location: `http://${host}:${inside.port}/latest/meta-data` }).end();
    });
    const { fetcher } = await world(site.origin);
    const error = await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x`)])));
    expect(error).toMatchObject({ code: 'LK3121', transient: false });
    expect(error.message).toContain('which is not on the public internet');
    expect(inside.seen).toEqual([]);
    expect(site.seen).toHaveLength(1);
  });

  it('allowed_hosts lets it through, by host and port', async () => {
    const inside = await server((_, response) => {
      response.end('id\n1\n');
    });
    const site = await server((_, response) => {
      response.writeHead(302, { location: `http://localhost:${inside.port}/x` }).end();
    });
    const { fetcher } = await world(site.origin, { allowedHosts: [`localhost:${inside.port}`] });
    expect((await fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]))).files).toHaveLength(1);
  });

  it.each([
    ['file:///etc/passwd', 'file:///etc/passwd is not an http or https address'],
    ['ftp://example.org/x', 'ftp://example.org/x is not an http or https address'],
    ['gopher://example.org/x', 'gopher://example.org/x is not an http or https address'],
    ['https://user:pass@example.org/x', 'An address at example.org carries a user name or password'],
  ])('B22: the address %s is refused', (url, message) => {
    expect(() => new HostPolicy([], ['example.org']).judge(new URL(url))).toThrow(message);
  });

  it('a portal’s own origin may be private, another port of it may not', () => {
    const policy = new HostPolicy([portal('http://10.1.2.3:8080')], []);
    expect(policy.judge(new URL('http://10.1.2.3:8080/x'))).toBe('written');
    expect(() => policy.judge(new URL('http://10.1.2.3:9090/x'))).toThrow('The portal leads to 10.1.2.3');
    expect(policy.judge(new URL('https://data.example.org/x'))).toBe('discovered');
  });

  it.each([
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
    ['127.0.0.1', false],
    ['100.64.0.1', false],
    ['192.168.1.1', false],
    ['0.0.0.0', false],
    ['::', false],
    ['::1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['::7f00:1', false],
    ['64:ff9b::a00:1', false],
    ['2002:7f00:1::', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['not an address', false],
  ])('%s is public: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });
});

describe('a token goes to its portal’s own origin only', () => {
  it.each([
    ['socrata', { 'x-app-token': secret }],
    ['ckan', { authorization: secret }],
    ['http', { authorization: `Bearer ${secret}` }],
  ] as const)(
    'B23: a token is not sent along with a redirect to another origin: %s',
    async (type, headers) => {
      const other = await server((_, response) => {
        response.end('id\n1\n');
      });
      const site = await server((_, response) => {
        response.writeHead(307, { location: `${other.origin}/x` }).end();
      });
      const { fetcher } = await world(site.origin, {
        portal: { type },
        tokens: { city: secret },
        allowedHosts: [`127.0.0.1:${other.port}`],
      });
      await fetcher.fetchPart(scope, part([request(`${site.origin}/x`)]));
      expect(site.seen[0]!.headers).toMatchObject(headers);
      expect(JSON.stringify(other.seen)).not.toContain(secret);
    },
  );

  it('B24: a token stands in no message, notice or error', async () => {
    const site = await server((_, response) => {
      response.writeHead(500).end(JSON.stringify({ message: `bad token ${secret}` }));
    });
    const { fetcher, notices } = await world(site.origin, {
      tokens: { city: secret },
      limits: { attempts: 2 },
    });
    const error = await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x?key=${secret}`)])));
    expect(error.message).toContain('bad token ***');
    expect(
      JSON.stringify([error.message, error.hint, (error as { details?: unknown }).details, notices]),
    ).not.toContain(secret);
  });
});

describe('the local portal', () => {
  it('answers in place of real origins; no secret is sent, and records keep the real address', async () => {
    const site = await server((_, response) => {
      response.end('id\n1\n');
    });
    const { fetcher } = await world('https://data.example.org', {
      portal: { type: 'socrata' },
      tokens: { city: secret },
      originMap: { 'https://data.example.org': site.origin },
    });
    const landed = await fetcher.fetchPart(
      scope,
      part([request('https://data.example.org/resource/x.csv?$limit=5')]),
    );
    expect(site.seen.map(({ path }) => path)).toEqual(['/resource/x.csv?$limit=5']);
    expect(JSON.stringify(site.seen)).not.toContain(secret);
    expect(landed.files[0]!.url).toBe('https://data.example.org/resource/x.csv?$limit=5');
  });

  it('an origin that it does not serve is an error, also behind a redirect', async () => {
    const site = await server((_, response) => {
      response.writeHead(302, { location: 'https://elsewhere.example.org/x' }).end();
    });
    const { fetcher } = await world('https://data.example.org', {
      originMap: { 'https://data.example.org': site.origin },
    });
    expect(
      await failure(fetcher.fetchPart(scope, part([request('https://data.example.org/x')]))),
    ).toMatchObject({
      code: 'LK3122',
      message: 'The local portal does not serve https://elsewhere.example.org',
      hint: 'It serves https://data.example.org; other addresses need a target without `portal:`, such as `--target dev`',
    });
  });

  it('host policy comes first', async () => {
    const { fetcher } = await world('https://data.example.org', {
      originMap: { 'http://10.0.0.1': 'http://127.0.0.1:1' },
    });
    expect(await failure(fetcher.fetchPart(scope, part([request('http://10.0.0.1/x')])))).toMatchObject({
      code: 'LK3121',
    });
  });
});
