/** A connection in use: questions, one transaction, and files that are sent as rows. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { sqlState } from './refusal.js';

export type Row = Readonly<Record<string, unknown>>;

/** Bytes of a file that wait to be sent. */
const CHUNK = 1 << 18;

/** Waiting for another publisher of the same table, and for anybody else's locks. */
const QUEUE_TIMEOUT = '10min';
const LOCK_TIMEOUT = '30s';
/** Of one statement: a role's own limit is meant for questions, not for loads. */
const STATEMENT_TIMEOUT = '1h';

export class Session {
  readonly #client: Client;
  readonly #cut: () => void;

  private constructor(
    client: Client,
    readonly signal: AbortSignal,
  ) {
    this.#client = client;
    this.#cut = () => client.connection.stream.destroy();
  }

  static async on(client: Client, signal: AbortSignal): Promise<Session> {
    const session = new Session(client, signal);
    signal.addEventListener('abort', session.#cut);
    if (signal.aborted) session.#cut();
    return session;
  }

  /** Values are text, JSON columns parsed. @throws pg's own errors: see `refusal.ts`. */
  async rows(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const { rows } = await this.#client.query(sql, [...values]);
    return rows as readonly Row[];
  }

  async row(sql: string, values: readonly unknown[] = []): Promise<Row | undefined> {
    return (await this.rows(sql, values))[0];
  }

  /** @returns Rows that were written. */
  async run(sql: string, values: readonly unknown[] = []): Promise<number> {
    const { rowCount } = await this.#client.query(sql, [...values]);
    return rowCount ?? 0;
  }

  /** One statement and no other, which somebody typed. */
  async runTyped(sql: string): Promise<void> {
    await this.#client.query({ text: sql, queryMode: 'extended' } as never);
  }

  /** `COPY … FROM STDIN` with the bytes of a file. @returns Rows that the server read. */
  async copy(sql: string, file: string): Promise<number> {
    const { from } = await import('pg-copy-streams');
    const incoming = this.#client.query(from(sql));
    await pipeline(createReadStream(file, { highWaterMark: CHUNK }), incoming);
    return incoming.rowCount;
  }

  /**
   * All or nothing. What another publisher of the same table does is waited for; nothing it left behind is met, for all that lake
   * makes on the way is made in here.
   * @param name Of what no two may write at once.
   */
  async transaction<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    // Servers before 14 and some platforms have it not: there a statement is gone on with until it ends, and then rolled back.
    await this.run(`set client_connection_check_interval = '2s'`).catch((error) => {
      if (sqlState(error) === undefined) throw error;
    });
    await this.run('begin');
    try {
      await this.#settings(QUEUE_TIMEOUT);
      await this.run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`lake publish ${name}`]);
      await this.run(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
      const result = await work();
      this.signal.throwIfAborted();
      await this.run('commit');
      return result;
    } catch (error) {
      await this.run('rollback').catch(() => {});
      throw error;
    }
  }

  /**
   * A few rows of many are found by their index: warehouses lie on disks that jump as fast as they read on. A client whose machine
   * is gone holds its locks for a minute, not for the two hours of TCP.
   */
  async #settings(lockTimeout: string): Promise<void> {
    await this.run(`select set_config('lock_timeout', '${lockTimeout}', true),
      set_config('statement_timeout', '${STATEMENT_TIMEOUT}', true),
      set_config('idle_in_transaction_session_timeout', '0', true),
      set_config('tcp_keepalives_idle', '30', true), set_config('tcp_keepalives_interval', '10', true),
      set_config('tcp_keepalives_count', '3', true),
      set_config('random_page_cost', '1.1', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true),
      set_config('standard_conforming_strings', 'on', true)`);
  }

  async close(): Promise<void> {
    this.signal.removeEventListener('abort', this.#cut);
    await this.#client.end().catch(() => {});
  }
}
