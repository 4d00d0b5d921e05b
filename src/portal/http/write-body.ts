/** Bytes to the socket, at the client's pace, and what body faults do to them on the way. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BodyFault } from '../faults/strike.js';

type Chunks = Iterable<Buffer> | AsyncIterable<Buffer>;

/** Writes all of it and ends the answer. Resolves when the last byte is handed to the socket, or the client has gone. */
export async function writeBody(response: ServerResponse, chunks: Chunks): Promise<void> {
  for await (const chunk of chunks) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

/** Writes what the fault lets through. The connection does not survive it, unless the fault is `slow`. */
export async function writeFaultyBody(
  response: ServerResponse,
  chunks: Chunks,
  fault: BodyFault,
): Promise<void> {
  if (fault.kind === 'slow') return writeSlowly(response, chunks, fault.ms);
  if (fault.kind === 'length') {
    for await (const chunk of chunks) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await drained(response);
    }
  } else {
    const part = fault.bytes === undefined ? upToPlace(chunks, fault.at) : upToByte(chunks, fault.bytes);
    for await (const chunk of part) {
      if (response.destroyed) return;
      if (chunk.length > 0 && !response.write(chunk)) await drained(response);
    }
  }
  // A tick of the socket, so that what was written is on its way before the connection ends.
  await flushed(response);
  if (fault.kind === 'stall') await gone(response, fault.ms);
  if (fault.kind === 'reset') response.socket?.resetAndDestroy();
  else response.destroy();
}

/** The chunks up to a place within the body. Bodies of one chunk end within it, longer ones within one of the first four. */
async function* upToPlace(chunks: Chunks, at: number): AsyncGenerator<Buffer> {
  const inChunk = Math.floor(at * 4);
  let held: Buffer | undefined;
  let index = -1;
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    if (index === inChunk) break;
    if (held !== undefined) yield held;
    held = chunk;
    index++;
  }
  if (held !== undefined) yield held.subarray(0, Math.floor((at * 4 - inChunk) * held.length));
}

async function* upToByte(chunks: Chunks, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left < 0) return;
  }
}

const mostPieces = 10;

/** The first chunk in pieces over `ms`, the rest at once: time passes whatever the body's length. */
async function writeSlowly(response: ServerResponse, chunks: Chunks, ms: number): Promise<void> {
  async function* paused(): AsyncGenerator<Buffer> {
    let begun = false;
    for await (const chunk of chunks) {
      if (begun || chunk.length === 0) {
        yield chunk;
        continue;
      }
      begun = true;
      const size = Math.ceil(chunk.length / mostPieces);
      const pieces = Math.ceil(chunk.length / size);
      for (let at = 0; at < chunk.length; at += size) {
        await sleep(ms / pieces, undefined, { ref: false });
        yield chunk.subarray(at, at + size);
      }
    }
  }
  return writeBody(response, paused());
}

/** Resolves when the client has taken what was written, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return once(response, ['drain', 'close']);
}

function flushed(response: ServerResponse): Promise<void> {
  response.flushHeaders();
  return new Promise((resolve) => {
    if (response.destroyed || response.socket === null) return resolve();
    response.socket.write('', () => setImmediate(resolve));
  });
}

/** Resolves when the client has gone, or after `ms`. */
export async function gone(response: ServerResponse, ms: number): Promise<void> {
  if (response.destroyed) return;
  const timer = new AbortController();
  await Promise.race([
    once(response, ['close']),
    sleep(ms, undefined, { ref: false, signal: timer.signal }).catch(() => {}),
  ]);
  timer.abort();
}

function once(response: ServerResponse, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) response.off(event, done);
      resolve();
    };
    for (const event of events) response.on(event, done);
  });
}
