import { finished, type Transform, Writable } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip } from 'node:zlib';
import { LakeError } from '../errors/lake-error.js';
import type { BodySink } from './body-sinks.js';

/** Compressed twice is a known fault of portals; more is a bomb. */
const maxLayers = 2;
const outputChunk = 256 * 1024;

/**
 * Takes a body as it comes off the wire and hands it to the sink decompressed. The first bytes decide about gzip, not
 * the header: plain bytes flagged gzip pass, and a `.csv.gz` or a doubly compressed body is unpacked (fault F20).
 */
export class BodyIntake extends Writable {
  /** Bytes that came in. */
  wireBytes = 0;
  readonly #encoding: string;
  readonly #sink: BodySink;
  readonly #layer: number;
  #start: Buffer = Buffer.alloc(0);
  #next: Writable | undefined;

  constructor(encoding: string | undefined, sink: BodySink, layer = 0) {
    super({ highWaterMark: 1024 * 1024, autoDestroy: false, emitClose: false, decodeStrings: false });
    this.#encoding = (encoding ?? '').trim().toLowerCase();
    this.#sink = sink;
    this.#layer = layer;
    if (layer === 0) sink.on('error', (error) => this.destroy(error));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.wireBytes += chunk.length;
    if (this.#next) {
      forward(this.#next, chunk, done);
      return;
    }
    this.#start = this.#start.length === 0 ? chunk : Buffer.concat([this.#start, chunk]);
    if (this.#start.length < 2) done();
    else this.#begin(done);
  }

  override _final(done: (error?: Error) => void): void {
    finished(this.#sink, (error) => done(error ?? undefined));
    if (this.#next) this.#next.end();
    else this.#begin((error) => (error ? done(error) : this.#next!.end()));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#next?.destroy(error ?? undefined);
    this.#sink.destroy(error ?? undefined);
    done(error);
  }

  #begin(done: (error?: Error) => void): void {
    try {
      this.#next = this.#open();
    } catch (error) {
      done(error as Error);
      return;
    }
    if (this.#start.length === 0) done();
    else forward(this.#next, this.#start, done);
  }

  #open(): Writable {
    if (this.#start.length === 0 || this.#sink.continued) return this.#sink;
    if (this.#layer < maxLayers && this.#start[0] === 0x1f && this.#start[1] === 0x8b) {
      return this.#through(createGunzip({ chunkSize: outputChunk }));
    }
    switch (this.#encoding) {
      case '':
      case 'identity':
      case 'gzip':
      case 'x-gzip':
        return this.#sink;
      case 'br':
        return this.#through(
          createBrotliDecompress({ chunkSize: outputChunk, flush: constants.BROTLI_OPERATION_PROCESS }),
        );
      default:
        throw new LakeError(
          'LK3112',
          `The body is compressed as "${this.#encoding}", which nobody asked for`,
        );
    }
  }

  #through(decoder: Transform): Writable {
    this.#sink.unpacked = true;
    const inner = new BodyIntake(undefined, this.#sink, this.#layer + 1);
    decoder.on('error', (error) => this.destroy(error));
    inner.on('error', (error) => this.destroy(error));
    decoder.pipe(inner);
    return decoder;
  }
}

/** Writes one chunk and calls back when the next one is welcome. */
function forward(to: Writable, chunk: Buffer, done: () => void): void {
  if (to.write(chunk)) done();
  else to.once('drain', done);
}
