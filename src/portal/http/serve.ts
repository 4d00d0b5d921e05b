/** One loopback HTTP server for one real origin. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LakeError } from '../../errors/lake-error.js';
import type { FaultRule, OriginSpec } from '../types.js';
import { Exchange } from './exchange.js';
import { Faults } from './faults.js';

/** A portal protocol: answers every request, its own errors included. */
export interface Protocol {
  answer(exchange: Exchange): Promise<void>;
  /** An error in the portal's own shape; `status` may be any. */
  fail(
    exchange: Exchange,
    status: number,
    message: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void>;
}

export interface OriginServer {
  /** `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly requests: () => number;
  close(): Promise<void>;
}

/**
 * @param port 0 for any free port.
 * @throws LakeError LK7105 when the port cannot be listened on.
 */
export async function serveOrigin(
  spec: OriginSpec,
  protocol: Protocol,
  faultRules: readonly FaultRule[],
  port: number,
): Promise<OriginServer> {
  const faults = new Faults(faultRules, spec.origin);
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const strike = faults.strike(request.url ?? '/');
    const exchange = new Exchange(request, response, strike.distortion, spec.gzip);
    const answer = async () => {
      if (strike.delayMs > 0) await sleep(strike.delayMs, undefined, { ref: false });
      if (strike.instead !== undefined) await misbehave(exchange, protocol, strike.instead);
      else await protocol.answer(exchange);
    };
    answer().catch((error) => {
      if (response.headersSent) return response.destroy();
      const message =
        error instanceof LakeError ? [error.message, error.hint].filter(Boolean).join('. ') : String(error);
      protocol.fail(exchange, 500, message, {}).catch(() => response.destroy());
    });
  });
  // A client that walks away in the middle of an answer is its own business.
  server.on('clientError', (_error, socket) => socket.destroy());
  await listen(server, port, spec.origin);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (spec.down) await stop(server);
  return { url, requests: () => requests, close: () => stop(server) };
}

async function misbehave(exchange: Exchange, protocol: Protocol, rule: FaultRule): Promise<void> {
  if (rule.kind === 'reset') {
    exchange.request.socket.resetAndDestroy();
  } else if (rule.kind === 'html') {
    const page =
      '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>\n';
    await exchange.send(200, { 'content-type': 'text/html; charset=utf-8' }, page);
  } else {
    const headers: Record<string, string> =
      rule.retryAfter === undefined ? {} : { 'retry-after': rule.retryAfter };
    await protocol.fail(exchange, rule.status, 'The portal is not available at the moment', headers);
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
