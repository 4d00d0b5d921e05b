/** The project's portal served by the test itself, which can keep requests waiting for as long as it likes. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startPortal } from '../../../src/portal/index.js';
import type { City } from './city.js';
import { CITY } from './portal.js';

export interface GatedPortal {
  /** Resolves once a request has come to the gate. */
  readonly asked: Promise<void>;
  /** Lets all requests pass, those that wait and those to come. */
  open(): void;
  /** Serves what the project's portal folder holds now, at the same addresses. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Points the project's portals at this process; requests whose URL matches wait at the gate. */
export async function gatePortal(project: City, gated: RegExp): Promise<GatedPortal> {
  let portal = await startPortal({ folder: join(project.root, 'portal') });
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let ask = () => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const servers: Server[] = [];
  let settings = CITY['project.yml']!;
  for (const origin of Object.keys(portal.origins)) {
    const server = createServer(async (request, response) => {
      if (gated.test(request.url!)) {
        ask();
        await gate;
      }
      const answer = await fetch(portal.origins[origin]! + request.url, { method: request.method }).catch(
        () => undefined,
      );
      if (!answer) return response.destroy();
      const type = answer.headers.get('content-type') ?? 'text/plain';
      response.writeHead(answer.status, { 'content-type': type });
      response.end(Buffer.from(await answer.arrayBuffer()));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    settings = settings.replace(origin, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
  project.write({
    'project.yml': settings,
    'profiles.yml': 'city: {target: dev, outputs: {dev: {type: duckdb, lake: {type: local, path: lake}}}}\n',
  });
  return {
    asked,
    open,
    async reload() {
      await portal.close();
      portal = await startPortal({ folder: join(project.root, 'portal') });
    },
    async close() {
      open();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      await portal.close();
    },
  };
}
