/** One loopback HTTP server for one real origin. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LakeError } from '../../errors/lake-error.js';
import { type FaultPlan, Faults } from '../faults/index.js';
import type { Instead } from '../faults/strike.js';
import type { OriginSpec } from '../types.js';
import { Exchange } from './exchange.js';
import { gone } from './write-body.js';

/** A portal protocol: answers every request, its own errors included. */
export interface Protocol {
  /** Answers one request; what it throws becomes a 500. */
  answer(exchange: Exchange): Promise<void>;
  /** An error in the portal's own shape; `status` may be any. */
  fail(
    exchange: Exchange,
    status: number,
    message: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void>;
}

/** A running server of one origin. */
export interface OriginServer {
  /** `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Requests so far. */
  readonly requests: () => number;
  /** Fault name → how often it has struck so far. */
  readonly faults: () => Readonly<Record<string, number>>;
  /** Ends the server and every connection to it. */
  close(): Promise<void>;
}

/**
 * Serves one origin on loopback.
 * @param port 0 for any free port.
 * @throws LakeError LK7105 when the port cannot be listened on.
 */
export async function serveOrigin(
  spec: OriginSpec,
  protocol: Protocol,
  plan: FaultPlan,
  port: number,
): Promise<OriginServer> {
  const faults = new Faults(plan, spec.origin);
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const answer = async () => {
      const body = request.method === 'POST' ? await textOf(request) : '';
      const strike = faults.strike({ method: request.method ?? 'GET', target: request.url ?? '/', body });
      const exchange = new Exchange(request, body, response, strike.distortion, spec.gzip);
      if (strike.delayMs > 0) await sleep(strike.delayMs, undefined, { ref: false });
      try {
        if (strike.instead !== undefined) await misbehave(exchange, protocol, strike.instead);
        else await protocol.answer(exchange);
      } catch (error) {
        if (response.headersSent) throw error;
        const message =
          error instanceof LakeError ? [error.message, error.hint].filter(Boolean).join('. ') : String(error);
        await protocol.fail(exchange, 500, message, {});
      }
    };
    answer().catch(() => response.destroy());
  });
  // A client that walks away in the middle of an answer is its own business.
  server.on('clientError', (_error, socket) => socket.destroy());
  await listen(server, port, spec.origin);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (spec.down) await stop(server);
  return { url, requests: () => requests, faults: () => faults.struck(), close: () => stop(server) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const signInPage =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>\n';

async function misbehave(exchange: Exchange, protocol: Protocol, instead: Instead): Promise<void> {
  switch (instead.kind) {
    case 'reset':
      exchange.request.socket.resetAndDestroy();
      return;
    case 'stall':
      await gone(exchange.response, instead.ms);
      exchange.response.destroy();
      return;
    case 'html':
      return exchange.send(200, { 'content-type': 'text/html; charset=utf-8' }, signInPage);
    case 'status': {
      const headers: Record<string, string> =
        instead.retryAfter === undefined ? {} : { 'retry-after': instead.retryAfter };
      return protocol.fail(exchange, instead.status, 'The portal is not available at the moment', headers);
    }
  }
}

async function listen(server: Server, port: number, origin: string): Promise<void> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new LakeError('LK7105', `The local portal cannot listen on port ${port} for ${origin}`, {
      hint: 'Choose another port, or leave it out.',
      cause: error,
    });
  }
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
