/** How a connection comes about: names, proxies, certificates. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type LookupFunction, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { proxyFor } from '../../src/fetch/proxy-env.js';
import { createAuthority } from '../support/certificate.js';
import { freePort } from './serve.js';
import { failure, part, request, scope, server, tempDir, world } from './world.js';

const closing: Server[] = [];
afterEach(() => {
  for (const one of closing.splice(0)) {
    one.closeAllConnections();
    one.close();
  }
});

async function listening(one: Server): Promise<number> {
  closing.push(one);
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  return (one.address() as AddressInfo).port;
}

/** Names as the test wants them: host → the addresses of each further question, the last one repeated. */
function names(table: Readonly<Record<string, readonly (readonly string[])[]>>) {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, options, done) => {
    const answers = table[hostname];
    if (!answers) return done(Object.assign(new Error(`ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), '');
    const turn = asked.filter((name) => name === hostname).length;
    asked.push(hostname);
    const found = answers[Math.min(turn, answers.length - 1)]!.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    if (options.all) done(null, found);
    else done(null, found[0]!.address, found[0]!.family);
  };
  return { asked, lookup };
}

/** A forward proxy: tunnels for CONNECT, plain requests by their full address. `resolve` is its own idea of names. */
async function proxy(resolve: (host: string) => number, login?: string) {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const one = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (login !== undefined && incoming.headers['proxy-authorization'] !== login)
      return void response.writeHead(407).end();
    const url = new URL(incoming.url!);
    fetch(`http://127.0.0.1:${resolve(url.hostname)}${url.pathname}`, { headers: { connection: 'close' } })
      .then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
      .catch(() => response.writeHead(502).end());
  });
  one.on('connect', (incoming, socket: Socket, head: Buffer) => {
    seen.push(`CONNECT ${incoming.url}`);
    if (login !== undefined && incoming.headers['proxy-authorization'] !== login)
      return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const port = resolve(incoming.url!.split(':')[0]!);
    if (port === 0) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const through = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      through.write(head);
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) {
      sockets.add(end);
      end.on('error', () => {});
    }
  });
  const port = await listening(one);
  return { seen, url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, sockets };
}

const authority = createAuthority();

async function tlsSite(hosts: readonly string[], days?: number) {
  const paths: string[] = [];
  const port = await listening(
    createTlsServer(authority.issue(hosts, days), (incoming, response) => {
      paths.push(incoming.url!);
      response.end('id\n1\n');
    }) as unknown as Server,
  );
  return { port, paths };
}

async function authorityFile(): Promise<string> {
  const path = `${await tempDir()}/authority.pem`;
  await writeFile(path, authority.cert);
  return path;
}

describe('names', () => {
  it('F39: an address that is dead is passed over for the next one: happy eyeballs', async () => {
    const site = await server((_, response) => {
      response.end('id\n1\n');
    });
    const { lookup } = names({ 'data.example.org': [['2001:db8::1', '192.0.2.1', '127.0.0.1']] });
    const { fetcher } = await world(`http://data.example.org:${site.port}`, {
      lookup,
      env: {},
      limits: { connectMs: 5_000 },
    });
    const landed = await fetcher.fetchPart(scope, part([request(`http://data.example.org:${site.port}/x`)]));
    expect(landed.files).toHaveLength(1);
  });

  it.each([['127.0.0.1'], ['169.254.169.254'], ['10.0.0.7'], ['::1'], ['::ffff:127.0.0.1'], ['fd00::1']])(
    'B22: a public name that leads to %s is refused and nothing is sent there',
    async (address) => {
      const inside = await server((_, response) => {
        response.end('secret');
      });
      const site = await server((_, response) => {
        response.writeHead(302, { location: `http://evil.example.org:${inside.port}/` }).end();
      });
      const { lookup } = names({ 'evil.example.org': [['93.184.216.34', address]] });
      const { fetcher } = await world(site.origin, { lookup });
      const error = await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x`)])));
      expect(error).toMatchObject({ code: 'LK3121', transient: false });
      expect(error.message).toBe(
        `The portal leads to evil.example.org (${address}), which is not on the public internet`,
      );
      expect(inside.seen).toEqual([]);
    },
  );

  it('B22: a name that changes its address between two questions is judged each time it is connected to (DNS rebinding)', async () => {
    const inside = await server((_, response) => {
      response.end('secret');
    });
    const site = await server((_, response) => {
      response.writeHead(302, { location: `http://rebind.example.org:${inside.port}/` }).end();
    });
    const { lookup, asked } = names({ 'rebind.example.org': [['192.0.0.0'], ['127.0.0.1']] });
    // 192.0.0.0/24 is no public address either: the first answer must be one to which no connection can be made.
    const { lookup: publicFirst, asked: askedPublic } = names({
      'rebind.example.org': [['203.0.114.1'], ['127.0.0.1']],
    });
    for (const way of [lookup, publicFirst]) {
      const { fetcher } = await world(site.origin, { lookup: way, limits: { attempts: 3, connectMs: 100 } });
      const error = await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x`)])));
      expect(error).toMatchObject({ code: 'LK3121' });
    }
    expect(asked.length).toBe(1);
    expect(askedPublic.length).toBe(2);
    expect(inside.seen).toEqual([]);
  });

  it.each(['metadata.google.internal', 'printer.local', 'db.intranet', 'localhost.', 'a.localhost'])(
    'B22: the host %s is refused by its name, before anybody resolves it',
    async (host) => {
      const site = await server((_, response) => {
        response.writeHead(302, { location: `http://${host}/computeMetadata/v1/` }).end();
      });
      const { lookup, asked } = names({});
      const { fetcher } = await world(site.origin, { lookup });
      expect(await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/x`)])))).toMatchObject({
        code: 'LK3121',
      });
      expect(asked).toEqual([]);
    },
  );
});

describe('proxies', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['https://data.example.org/', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['https://data.example.org/', { https_proxy: 'p:1', HTTPS_PROXY: 'http://q:1' }, 'http://p:1/'],
    ['https://data.example.org/', { HTTP_PROXY: 'http://p:1' }, undefined],
    ['http://data.example.org/', { HTTP_PROXY: 'http://p:1' }, 'http://p:1/'],
    ['http://data.example.org/', { http_proxy: '' }, undefined],
    ['http://localhost:80/', { http_proxy: 'http://p:1' }, undefined],
    ['http://127.0.0.1:80/', { http_proxy: 'http://p:1' }, undefined],
    ['http://[::1]:80/', { http_proxy: 'http://p:1' }, undefined],
    [
      'http://data.example.org/',
      { http_proxy: 'http://p:1', no_proxy: 'example.com, example.org' },
      undefined,
    ],
    ['http://data.example.org/', { http_proxy: 'http://p:1', NO_PROXY: '.example.org' }, undefined],
    ['http://data.example.org/', { http_proxy: 'http://p:1', no_proxy: '*.example.org' }, undefined],
    ['http://badexample.org/', { http_proxy: 'http://p:1', no_proxy: 'example.org' }, 'http://p:1/'],
    ['http://data.example.org:81/', { http_proxy: 'http://p:1', no_proxy: 'example.org:80' }, 'http://p:1/'],
    ['http://data.example.org/', { http_proxy: 'http://p:1', no_proxy: 'example.org:80' }, undefined],
    ['http://10.1.2.3/', { http_proxy: 'http://p:1', no_proxy: '10.0.0.0/8' }, undefined],
    ['http://11.1.2.3/', { http_proxy: 'http://p:1', no_proxy: '10.0.0.0/8' }, 'http://p:1/'],
    ['http://[2001:db8::1]/', { http_proxy: 'http://p:1', no_proxy: '2001:db8::1' }, undefined],
    ['http://data.example.org/', { http_proxy: 'http://p:1', no_proxy: '*' }, undefined],
  ])('F39: the environment says which proxy is asked: for %s and %j %s', (url, env, expected) => {
    expect(proxyFor(new URL(url), env)?.href).toBe(expected);
  });

  it('F39: a variable that names no proxy is an error that names the variable', () => {
    expect(() => proxyFor(new URL('https://x.org'), { HTTPS_PROXY: 'socks5://p:1' })).toThrow(
      'HTTPS_PROXY is no http or https address',
    );
  });

  it('F39: https goes through a tunnel of the proxy, with the certificate of the portal checked', async () => {
    const site = await tlsSite(['data.example.org']);
    const way = await proxy(() => site.port);
    const { fetcher } = await world('https://data.example.org', {
      env: { HTTPS_PROXY: way.url, SSL_CERT_FILE: await authorityFile() },
    });
    const landed = await fetcher.fetchPart(
      scope,
      part([
        request('https://data.example.org/a?x=1'),
        request('https://data.example.org/b', { id: 'p00001' }),
      ]),
    );
    expect(landed.files).toHaveLength(2);
    expect(new Set(way.seen)).toEqual(new Set(['CONNECT data.example.org:443']));
    expect(site.paths.sort()).toEqual(['/a?x=1', '/b']);
  });

  it('F39: a portal whose certificate is not valid is refused behind a proxy, too', async () => {
    const site = await tlsSite(['other.example.org']);
    const way = await proxy(() => site.port);
    const { fetcher } = await world('https://data.example.org', {
      env: { HTTPS_PROXY: way.url, SSL_CERT_FILE: await authorityFile() },
    });
    const error = await failure(fetcher.fetchPart(scope, part([request('https://data.example.org/a')])));
    expect(error).toMatchObject({ code: 'LK3118', transient: false });
    expect(site.paths).toEqual([]);
  });

  it('F39: http is asked of the proxy itself; loopback and NO_PROXY are asked directly', async () => {
    const site = await server((incoming, response) => {
      response.end(`path\n${incoming.url}\n`);
    });
    const way = await proxy(() => site.port);
    const env = { http_proxy: way.url, no_proxy: 'near.example.org' };
    const { lookup } = names({ 'near.example.org': [['127.0.0.1']] });
    const { fetcher } = await world('http://data.example.org', {
      env,
      lookup,
      allowedHosts: ['127.0.0.1', 'near.example.org'],
    });
    const landed = await fetcher.fetchPart(
      scope,
      part(
        [
          'http://data.example.org/far',
          `${site.origin}/here`,
          `http://near.example.org:${site.port}/near`,
        ].map((url, at) => request(url, { id: `p${at}` })),
      ),
    );
    expect(landed.files.map(({ path }) => readFileSync(path, 'utf8'))).toEqual([
      'path\n/far\n',
      'path\n/here\n',
      'path\n/near\n',
    ]);
    expect(way.seen).toEqual(['GET http://data.example.org/far']);
  });

  it.each(['http', 'https'])('F39: a proxy that wants a login is told as such: %s', async (scheme) => {
    const way = await proxy(() => 0, `Basic ${Buffer.from('me:pa ss').toString('base64')}`);
    const { fetcher } = await world(`${scheme}://data.example.org`, {
      env: { http_proxy: way.url, https_proxy: way.url },
    });
    const error = await failure(fetcher.fetchPart(scope, part([request(`${scheme}://data.example.org/a`)])));
    expect(error).toMatchObject({
      code: 'LK3125',
      message: `The proxy ${way.host} wants a login (HTTP 407)`,
      transient: false,
    });
  });

  it('F39: the login in the variable is sent to the proxy, and shown to nobody', async () => {
    const site = await tlsSite(['data.example.org']);
    const way = await proxy(() => site.port, `Basic ${Buffer.from('me:pa ss').toString('base64')}`);
    const env = { https_proxy: way.url.replace('//', '//me:pa%20ss@'), SSL_CERT_FILE: await authorityFile() };
    const { fetcher } = await world('https://data.example.org', { env });
    const url = 'https://data.example.org/a';
    expect((await fetcher.fetchPart(scope, part([request(url)]))).files).toHaveLength(1);
  });

  it('F39: a proxy that is down or forbids the host is told as the proxy’s doing', async () => {
    const port = await freePort();
    const down = await world('https://data.example.org', {
      env: { https_proxy: `http://me:canary-0123@127.0.0.1:${port}` },
      limits: { attempts: 2 },
    });
    const url = 'https://data.example.org/a';
    const first = await failure(down.fetcher.fetchPart(scope, part([request(url)])));
    expect(first.message).toMatch(
      new RegExp(`connection refused \\(ECONNREFUSED\\) through the proxy 127.0.0.1:${port}; 2 attempts`),
    );
    expect(JSON.stringify([first.message, down.notices])).not.toContain('canary');
    const way = await proxy(() => 0);
    const forbidding = await world('https://data.example.org', { env: { https_proxy: way.url } });
    expect(await failure(forbidding.fetcher.fetchPart(scope, part([request(url)])))).toMatchObject({
      code: 'LK3125',
      message: `The proxy ${way.host} refuses the connection (HTTP 403)`,
    });
  });

  it('B22: behind a proxy, a discovered name that resolves here to a private address is refused before the proxy is asked', async () => {
    const inside = await server((_, response) => {
      response.end('secret');
    });
    const site = await server((incoming, response) => {
      response
        .writeHead(302, { location: `http://${incoming.url!.slice(1)}.example.org:${inside.port}/` })
        .end();
    });
    const way = await proxy(() => inside.port);
    const { lookup } = names({ 'evil.example.org': [['10.0.0.1']] });
    const { fetcher } = await world(site.origin, { lookup, env: { http_proxy: way.url } });
    expect(await failure(fetcher.fetchPart(scope, part([request(`${site.origin}/evil`)])))).toMatchObject({
      code: 'LK3121',
    });
    expect(way.seen).toEqual([]);
    // A name that only the proxy can resolve is the proxy's to judge.
    expect((await fetcher.fetchPart(scope, part([request(`${site.origin}/far`)]))).files).toHaveLength(1);
    expect(way.seen).toHaveLength(1);
  });
});

describe('certificates', () => {
  it.each([
    [
      'F39: a certificate that nobody vouches for is refused',
      ['localhost'],
      2,
      false,
      /unable to verify|self-signed|unable to get/,
    ],
    ['F39: a certificate that has expired is refused', ['localhost'], -3, true, /certificate has expired/],
    [
      'F39: a certificate for another name is refused',
      ['other.example.org'],
      2,
      true,
      /does not match certificate|Hostname\/IP/,
    ],
  ])('%s is an error at once, and never accepted', async (_, hosts, days, known, message) => {
    const site = await tlsSite(hosts, days);
    const url = `https://localhost:${site.port}`;
    const { fetcher, notices } = await world(url, {
      env: known ? { SSL_CERT_FILE: await authorityFile() } : {},
    });
    const error = await failure(fetcher.fetchPart(scope, part([request(`${url}/x`)])));
    expect(error).toMatchObject({
      code: 'LK3118',
      transient: false,
      hint: 'Certificates are always checked; for an own authority set NODE_EXTRA_CA_CERTS or SSL_CERT_FILE',
    });
    expect(error.message).toMatch(/^No trusted connection to localhost:\d+: /);
    expect(error.message).toMatch(message);
    expect(notices).toEqual([]);
    expect(site.paths).toEqual([]);
  });

  it('F39: SSL_CERT_FILE names further authorities; one that cannot be read is said', async () => {
    const site = await tlsSite(['localhost']);
    const url = `https://localhost:${site.port}`;
    const { fetcher } = await world(url, { env: { SSL_CERT_FILE: await authorityFile() } });
    expect((await fetcher.fetchPart(scope, part([request(`${url}/x`)]))).files).toHaveLength(1);
    const wrong = await world(url, { env: { SSL_CERT_FILE: '/nowhere/ca.pem' } });
    expect(await failure(wrong.fetcher.fetchPart(scope, part([request(`${url}/x`)])))).toMatchObject({
      code: 'LK3118',
      message: 'SSL_CERT_FILE names /nowhere/ca.pem, which cannot be read',
    });
  });
});
