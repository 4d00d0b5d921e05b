import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Served {
  /** `http://127.0.0.1:40123` */
  readonly origin: string;
  readonly port: number;
  /** Every request so far, in the order of arrival. */
  readonly seen: {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingMessage['headers'];
  }[];
  /** Most requests that were under way at the same time. */
  readonly busiest: () => number;
  /** Connections that were opened. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  /** How many requests came before this one. */
  before: number,
) => unknown;

/** A real server on loopback that answers as the handler says. */
export async function serve(handler: Handler): Promise<Served> {
  const seen: Served['seen'] = [];
  const sockets = new Set<Socket>();
  let active = 0;
  let busiest = 0;
  let connections = 0;
  const server = createServer((request, response) => {
    const before = seen.length;
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    active += 1;
    busiest = Math.max(busiest, active);
    response.once('close', () => {
      active -= 1;
    });
    handler(request, response, before);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    seen,
    busiest: () => busiest,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = await serve(() => {});
  await server.close();
  return server.port;
}
