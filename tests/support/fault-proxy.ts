/** A proxy in front of an HTTP server on loopback that loses, breaks and delays answers, and counts requests. */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export type Fault =
  /** An answer of the proxy's own: the server never hears of the request. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** The answer comes once this has happened. */
      readonly after?: Promise<unknown>;
    }
  /** The connection is reset before the server hears of the request. */
  | { readonly kind: 'reset' }
  /** The server does its work; nobody hears of it. */
  | {
      readonly kind: 'lost_answer';
      /** Called once the server has answered. */
      readonly done?: () => void;
    }
  /** The connection ends after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Silence after so many bytes of the body. */
  | { readonly kind: 'stall'; readonly after: number }
  /** One byte of what the server receives is another. */
  | { readonly kind: 'corrupt_request'; readonly at: number }
  /** Nobody answers; the connection stays. */
  | { readonly kind: 'silence' }
  /** One byte of the body is another. */
  | { readonly kind: 'corrupt'; readonly at: number };

export interface SeenRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FaultProxy {
  readonly origin: string;
  /** Every request since the last `forget`. */
  readonly seen: readonly SeenRequest[];
  /** What befalls a request; nothing where undefined. Asked once for each. */
  befalls(next: (request: SeenRequest) => Fault | undefined): void;
  forget(): void;
  close(): Promise<void>;
}

/** @param upstream Origin of the server. `Host` is handed on as it came, for it is part of what is signed. */
export async function faultProxy(upstream: string): Promise<FaultProxy> {
  const target = new URL(upstream);
  const seen: SeenRequest[] = [];
  let next: (request: SeenRequest) => Fault | undefined = () => undefined;
  const server = createServer((request, response) => {
    const asked = { method: request.method!, path: request.url!, headers: request.headers };
    seen.push(asked);
    const fault = next(asked);
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (fault?.kind === 'reset') return void request.socket.resetAndDestroy();
    if (fault?.kind === 'status') {
      request.resume();
      const answer = () => response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      request.on('end', () => void Promise.resolve(fault.after).then(answer));
      return;
    }
    if (fault?.kind === 'silence') return void request.resume();
    const through = send({
      host: target.hostname,
      port: target.port,
      method: request.method,
      path: request.url,
      headers: request.rawHeaders,
    });
    through.on('error', () => request.socket.destroy());
    through.on('response', (answer) => void hand(answer, response, fault));
    if (fault?.kind === 'corrupt_request') request.pipe(withAnotherByte(fault.at)).pipe(through);
    else request.pipe(through);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    befalls(befall) {
      next = befall;
    },
    forget() {
      seen.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function hand(answer: IncomingMessage, response: ServerResponse, fault: Fault | undefined) {
  answer.on('error', () => response.destroy());
  if (fault === undefined || fault.kind === 'corrupt_request') {
    response.writeHead(answer.statusCode!, answer.rawHeaders);
    answer.pipe(response);
    return;
  }
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  if (fault.kind === 'lost_answer') {
    fault.done?.();
    return void response.socket?.resetAndDestroy();
  }
  response.writeHead(answer.statusCode!, answer.rawHeaders);
  if (fault.kind === 'corrupt') {
    body[Math.min(fault.at, body.length - 1)]! ^= 1;
    response.end(body);
  } else if (fault.kind === 'cut' || fault.kind === 'stall') {
    response.flushHeaders();
    response.write(body.subarray(0, fault.after));
    // A clean end of the connection in the middle of the body, which clients are the worst at.
    if (fault.kind === 'cut') await sleep(20).then(() => response.socket?.end());
  }
}

function withAnotherByte(at: number): Transform {
  let came = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const here = at - came;
      came += chunk.length;
      const copy = Buffer.from(chunk);
      if (here >= 0 && here < copy.length) copy[here]! ^= 1;
      done(null, copy);
    },
  });
}
