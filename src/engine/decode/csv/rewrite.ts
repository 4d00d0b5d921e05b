/**
 * Copies a CSV file's rows with one kind of line end, and with what the manifest allows put right: rows that are too
 * short, empty values beyond the header, headers that are repeated. Bytes go through; no row becomes a value of
 * JavaScript. Slower than DuckDB's own reader, and only used where that cannot read a file as it is.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LakeError } from '../../../errors/lake-error.js';
import { MOST_LINE_BYTES } from './layout.js';

export interface RewriteOptions {
  /** One byte each; an empty quote for none. */
  readonly delimiter: string;
  readonly quote: string;
  /** Values of a row. */
  readonly columns: number;
  readonly ragged: 'fail' | 'fill';
  /** The header's bytes, as they are repeated, where such rows are to be left out. */
  readonly skip?: Buffer;
  /** Bytes of the file to copy. */
  readonly start: number;
  readonly end: number;
  readonly linesBefore: number;
  /** For messages: the part and the file as it was spooled. */
  readonly part: string;
  readonly origin: string;
}

export interface Rewritten {
  readonly bytes: number;
  /** Rows that got NULL for values they did not have. */
  readonly filled: number;
  /** Rows that lost empty values beyond the header. */
  readonly shortened: number;
  readonly skipped: number;
}

/** @throws LakeError LK5011 for a row that does not fit, LK5017 for one that is longer than 16 MiB, each with its line. */
export async function rewriteCsv(from: string, to: string, options: RewriteOptions): Promise<Rewritten> {
  if (Buffer.byteLength(options.delimiter) !== 1 || Buffer.byteLength(options.quote) > 1) {
    throw new LakeError(
      'LK5011',
      `${options.part}: ${basename(options.origin)} can be put right only where delimiter and quote are one ASCII character each`,
      {
        hint: 'its line ends differ, or `ragged` or `repeated_header` ask for it: correct `delimiter` and `quote` under `read:`',
      },
    );
  }
  const rewriter = new Rewriter(options);
  if (options.end <= options.start) return rewriter.result;
  const through = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      try {
        done(null, rewriter.take(chunk));
      } catch (error) {
        done(error as Error);
      }
    },
    flush: (done) => {
      try {
        done(null, rewriter.finish());
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const { start, end } = options;
  const source = createReadStream(from, { start, end: end - 1, highWaterMark: 1 << 20 });
  await pipeline(source, through, createWriteStream(to));
  return rewriter.result;
}

const LF = 10;
const CR = 13;
const BLANK = 32;

/** Where a value stands: before its first byte, within it, within quotes, or behind a quote that may have closed it. */
type Place = 'start' | 'plain' | 'quoted' | 'closing';

class Rewriter {
  readonly #options: RewriteOptions;
  readonly #delimiter: number;
  readonly #quote: number;
  /** The record so far, without its line end. */
  #record: Buffer[] = [];
  #recordBytes = 0;
  #out: Buffer[] = [];
  #place: Place = 'start';
  #values = 1;
  /** Bytes of the record before the first value beyond the header; -1 while there is none. */
  #fits = -1;
  #afterReturn = false;
  /** The record ends with the file, without a line end of its own. */
  #atEnd = false;
  #line: number;
  #recordLine: number;
  #bytes = 0;
  #filled = 0;
  #shortened = 0;
  #skipped = 0;

  constructor(options: RewriteOptions) {
    this.#options = options;
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#quote = options.quote === '' ? -1 : options.quote.charCodeAt(0);
    this.#line = this.#recordLine = options.linesBefore + 1;
  }

  get result(): Rewritten {
    return {
      bytes: this.#bytes,
      filled: this.#filled,
      shortened: this.#shortened,
      skipped: this.#skipped,
    };
  }

  take(chunk: Buffer): Buffer {
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (this.#afterReturn) {
        this.#afterReturn = false;
        if (byte === LF) {
          // Of \r\n the line has been counted; outside of quotes the record has ended, too.
          if (this.#place !== 'quoted') from = i + 1;
          continue;
        }
      }
      if (byte === CR || byte === LF) {
        this.#line += 1;
        this.#afterReturn = byte === CR;
        if (this.#place === 'quoted') continue;
        this.#keep(chunk, from, i);
        this.#endRecord();
        from = i + 1;
      } else if (byte === quote) {
        if (this.#place === 'quoted') this.#place = 'closing';
        else if (this.#place === 'closing' || this.#place === 'start') this.#place = 'quoted';
      } else if (this.#place === 'quoted') {
      } else if (byte === delimiter) {
        this.#place = 'start';
        this.#values += 1;
        if (this.#values === this.#options.columns + 1) {
          this.#keep(chunk, from, i);
          from = i;
          this.#fits = this.#recordBytes;
        }
      } else if (this.#place === 'closing') {
        if (byte !== BLANK) throw this.#misfit('has text behind a closing quote', QUOTE_HINT);
      } else if (byte !== BLANK || this.#place === 'plain') {
        this.#place = 'plain';
      }
    }
    this.#keep(chunk, from, chunk.length);
    return this.#taken();
  }

  finish(): Buffer {
    this.#atEnd = true;
    if (this.#place === 'quoted') throw this.#misfit('has a quote that is never closed', QUOTE_HINT);
    if (this.#recordBytes > 0) this.#endRecord();
    return this.#taken();
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    if (to <= from) return;
    this.#record.push(chunk.subarray(from, to));
    this.#recordBytes += to - from;
    if (this.#recordBytes <= MOST_LINE_BYTES) return;
    throw new LakeError('LK5017', `${this.#at()} is longer than ${MOST_LINE_BYTES >> 20} MiB`, {
      hint: 'see whether a quote is never closed',
      details: { path: this.#options.origin, line: this.#recordLine },
    });
  }

  #endRecord(): void {
    const { columns, ragged, skip } = this.#options;
    const record = this.#record;
    const bytes = this.#recordBytes;
    const missing = columns - this.#values;
    const fits = this.#fits;
    if (bytes > 0 && this.#isSkipped(skip)) {
      this.#skipped += 1;
    } else if (bytes > 0) {
      if (missing !== 0 && ragged === 'fail') throw this.#wrongCount();
      if (missing < 0) {
        const beyond = Buffer.concat(record).subarray(fits);
        if (!isEmpty(beyond, this.#delimiter, this.#quote)) throw this.#wrongCount();
        this.#emit(Buffer.concat(record).subarray(0, fits));
        this.#shortened += 1;
      } else {
        for (const piece of record) this.#emit(piece);
        if (missing > 0) {
          this.#emit(Buffer.alloc(missing, this.#delimiter));
          this.#filled += 1;
        }
      }
      this.#emit(LINE_END);
    }
    this.#record = [];
    this.#recordBytes = 0;
    this.#values = 1;
    this.#fits = -1;
    this.#place = 'start';
    this.#recordLine = this.#line;
  }

  #isSkipped(skip: Buffer | undefined): boolean {
    return (
      skip !== undefined && skip.length === this.#recordBytes && Buffer.concat(this.#record).equals(skip)
    );
  }

  #emit(bytes: Buffer): void {
    this.#out.push(bytes);
    this.#bytes += bytes.length;
  }

  #taken(): Buffer {
    const taken = Buffer.concat(this.#out);
    this.#out = [];
    return taken;
  }

  #at(): string {
    const { part, origin } = this.#options;
    return `${part}: line ${this.#recordLine} of ${basename(origin)}`;
  }

  #wrongCount(): LakeError {
    const { columns } = this.#options;
    const values = this.#values;
    const found = `${values} ${values === 1 ? 'value' : 'values'}`;
    const beyond = values > columns ? Buffer.concat(this.#record).subarray(this.#fits) : undefined;
    const fillable = beyond === undefined || isEmpty(beyond, this.#delimiter, this.#quote);
    return this.#misfit(
      `has ${found} where the header has ${columns}`,
      raggedHint(values, columns, fillable && this.#options.ragged === 'fail'),
      { expected: columns, found: values },
    );
  }

  #misfit(what: string, hint: string, more: object = {}): LakeError {
    return new LakeError('LK5011', `${this.#at()} ${what}`, {
      hint,
      details: {
        ...{ path: this.#options.origin, line: this.#recordLine, ...more },
        // Too few values, or an open quote: what more of the file would put right.
        ...(this.#atEnd && this.#values <= this.#options.columns ? { endsEarly: true } : {}),
      },
    });
  }
}

const LINE_END = Buffer.from('\n');

/**
 * What to do where a row has another number of values than the header.
 * @param fillable True where `ragged: fill` would read the row: values are missing, or those beyond the header are empty.
 */
export function raggedHint(found: number, columns: number, fillable: boolean): string {
  const fill = `\`ragged: fill\` under \`read:\` ${found > columns ? 'leaves out what is empty beyond the header' : 'makes the missing values NULL'}`;
  const other =
    found > columns
      ? 'where a value holds the delimiter without quotes around it, only the portal can correct the file; else set `delimiter` or `quote` under `read:`'
      : 'set `delimiter` or `quote` under `read:`, `skip_rows` or `footer_rows` for lines above or below the table, or have the portal correct the file';
  return `no row is skipped: ${fillable ? `${fill}; else ` : ''}${other}`;
}

const QUOTE_HINT =
  'no row is skipped: set `quote` or `delimiter` under `read:`, or have the portal correct the file';

function isEmpty(bytes: Buffer, delimiter: number, quote: number): boolean {
  return bytes.every((byte) => byte === delimiter || byte === quote || byte === BLANK);
}
