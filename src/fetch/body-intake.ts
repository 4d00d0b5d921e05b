import { finished, Writable } from 'node:stream';
import type { BodySink } from './body-sinks.js';
import { BodyTooLarge } from './body-too-large.js';
import { type Decoder, decoderByBytes, decoderByHeader } from './decoders.js';
import type { FetchLimits } from './limits.js';

/** Compressed twice is a known fault of portals; more is a bomb. */
const maxLayers = 2;
/** Bytes that are needed to tell how a body is compressed. */
const magicBytes = 4;

/**
 * Takes a body as it comes off the wire and hands it to the sink decompressed. The first bytes decide about gzip, not
 * the header: plain bytes flagged gzip pass, and a `.csv.gz` or a doubly compressed body is unpacked (fault F20). What
 * grows beyond measure (B18), and bytes that follow the end of the compressed data, are errors.
 */
export class BodyIntake extends Writable {
  /** Bytes that came in. */
  wireBytes = 0;
  readonly #encoding: string;
  readonly #sink: BodySink;
  readonly #limits: Pick<FetchLimits, 'maxRatio' | 'bombBytes'>;
  /** The intake of the wire, for those of inner layers. */
  readonly #outer: BodyIntake | undefined;
  readonly #layer: number;
  #start: Buffer = Buffer.alloc(0);
  #next: Writable | undefined;
  #unread: Unread | undefined;

  constructor(
    encoding: string | undefined,
    sink: BodySink,
    limits: Pick<FetchLimits, 'maxRatio' | 'bombBytes'>,
    within?: { readonly outer: BodyIntake; readonly layer: number },
  ) {
    super({ highWaterMark: 1024 * 1024, autoDestroy: false, emitClose: false, decodeStrings: false });
    this.#encoding = (encoding ?? '').trim().toLowerCase();
    this.#sink = sink;
    this.#limits = limits;
    this.#outer = within?.outer;
    this.#layer = within?.layer ?? 0;
    if (this.#layer === 0) sink.on('error', (error) => this.destroy(error));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.wireBytes += chunk.length;
    if (this.#next) {
      this.#forward(chunk, done);
      return;
    }
    this.#start = this.#start.length === 0 ? chunk : Buffer.concat([this.#start, chunk]);
    if (this.#start.length < magicBytes) done();
    else this.#begin(done);
  }

  override _final(done: (error?: Error) => void): void {
    finished(this.#sink, (error) => done(error ?? this.#unread?.complaint()));
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
    else this.#forward(this.#start, done);
  }

  #open(): Writable {
    if (this.#start.length === 0 || this.#sink.continued) return this.#sink;
    const byBytes = this.#layer < maxLayers ? decoderByBytes(this.#start) : undefined;
    const decoder = byBytes ?? decoderByHeader(this.#encoding);
    return decoder === undefined ? this.#sink : this.#through(decoder);
  }

  #through(decoder: Decoder): Writable {
    this.#sink.unpacked = true;
    const inner = new BodyIntake(undefined, this.#sink, this.#limits, {
      outer: this.#outer ?? this,
      layer: this.#layer + 1,
    });
    decoder.on('error', (error) => this.destroy(error));
    inner.on('error', (error) => this.destroy(error));
    decoder.pipe(inner);
    this.#unread = new Unread(decoder);
    return decoder;
  }

  /** Writes one chunk and calls back when the next one is welcome. */
  #forward(chunk: Buffer, done: (error?: Error) => void): void {
    const to = this.#next!;
    this.#unread?.given(chunk);
    const bomb = this.#bomb();
    if (bomb) done(bomb);
    else if (to.write(chunk)) done();
    else to.once('drain', done);
  }

  #bomb(): BodyTooLarge | undefined {
    const { maxRatio, bombBytes } = this.#limits;
    const packed = this.#outer?.wireBytes ?? 0;
    const { bytes } = this.#sink;
    if (packed === 0 || bytes <= bombBytes || bytes <= packed * maxRatio) return undefined;
    return new BodyTooLarge(
      `grows more than ${maxRatio} times when it is unpacked`,
      'It looks like a decompression bomb; ask the portal for another format, or for the data in pages',
      { packed, unpacked: bytes },
    );
  }
}

/** The bytes given to a decoder that it has not used: after its end, they are no part of the compressed data. */
class Unread {
  readonly #decoder: Decoder;
  readonly #chunks: Buffer[] = [];
  /** Bytes given before the first of `#chunks`. */
  #before = 0;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  given(chunk: Buffer): void {
    while (this.#chunks.length > 0 && this.#before + this.#chunks[0]!.length <= this.#decoder.bytesWritten)
      this.#before += this.#chunks.shift()!.length;
    this.#chunks.push(chunk);
  }

  /** Zeros are padding; anything else may be data that would be lost in silence. */
  complaint(): Error | undefined {
    const rest = Buffer.concat(this.#chunks).subarray(this.#decoder.bytesWritten - this.#before);
    if (rest.every((byte) => byte === 0)) return undefined;
    return Object.assign(new Error(`${rest.length} bytes follow the compressed data`), {
      code: 'LAKE_TRAILING_BYTES',
    });
  }
}
