/** `lake portal`: serves a folder until a signal comes. */
import { resolve } from 'node:path';
import { LakeError } from '../errors/lake-error.js';
import { describePortal, startPortal } from '../portal/index.js';
import { FIRST_DAY, sampleFolder } from '../run/local-portal.js';
import type { Rows } from './output/print-rows.js';

/** What `lake portal` was asked for. */
export interface ServeOptions {
  readonly folder?: string;
  readonly sample?: boolean;
  readonly day?: number;
  readonly port?: number;
  readonly faults?: string;
  readonly seed?: number;
}

/** A portal that is being served. */
export interface Serving {
  readonly listing: Rows;
  /** Real origin → loopback origin. */
  readonly origins: Readonly<Record<string, string>>;
  /** Faults that struck so far: name → how often. */
  readonly faults: () => Readonly<Record<string, number>>;
  /** Resolves once SIGINT or SIGTERM came and the servers are closed. */
  untilSignal(): Promise<void>;
}

/** @throws LakeError LK7003 without a folder, LK71xx for a folder that cannot be served. */
export async function servePortal(options: ServeOptions): Promise<Serving> {
  const { folder, sample, day, port, faults, seed } = options;
  if (folder === undefined && !sample) {
    throw new LakeError('LK7003', 'nothing to serve', {
      hint: 'name a folder with a portal.yml, or `lake portal --sample`',
    });
  }
  const served = sample ? await sampleFolder(process.cwd(), day ?? FIRST_DAY, folder) : resolve(folder!);
  const portal = await startPortal({ folder: served, day: sample ? undefined : day, port, faults, seed });
  const tables = await describePortal(served, sample ? undefined : day);
  const listing: Rows = {
    columns: ['id', 'name', 'rows', 'local_url'],
    rows: tables.map((t) => [
      t.id,
      t.name,
      t.rows ?? null,
      t.url.replace(t.origin, portal.origins[t.origin] ?? t.origin),
    ]),
  };
  return {
    listing,
    origins: portal.origins,
    faults: portal.faults,
    async untilSignal() {
      await new Promise<void>((done) => {
        process.once('SIGINT', () => done());
        process.once('SIGTERM', () => done());
      });
      await portal.close();
    },
  };
}
