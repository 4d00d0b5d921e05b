/** The local portal: real protocols over loopback, from a folder of files that `portal.yml` describes. */
import { asOf } from './as-of.js';
import { ckanProtocol } from './ckan/protocol.js';
import { parseFaults } from './faults/parse-faults.js';
import { fileProtocol } from './files/protocol.js';
import { readPortalFolder } from './folder/read-folder.js';
import { type OriginServer, type Protocol, serveOrigin } from './http/serve.js';
import { withRecordings } from './recorded/replay.js';
import { socrataProtocol } from './socrata/protocol.js';
import type { OriginSpec, RunningPortal } from './types.js';

export { describePortal } from './describe.js';
export { faultLines } from './faults/catalogue.js';
export { ensureSample } from './sample/ensure.js';
export type * from './types.js';

/** What is served, and how. */
export interface StartOptions {
  /** The folder that holds `portal.yml`. */
  readonly folder: string;
  /** Overrides the file's own `day`: each table serves its newest day that is not after it. */
  readonly day?: number;
  /** First origin's port; the following origins take the next ones. Undefined: any free ports. */
  readonly port?: number;
  /** Seeded faults, `status429=0.1,cut=0.02`; instead of those that portal.yml draws. Its fault rules stay. */
  readonly faults?: string;
  /** What their draws begin from; instead of portal.yml's `seed`. */
  readonly seed?: number;
}

/**
 * Starts one loopback server per real origin, in this process. Rows are read when they are first asked for.
 * @throws LakeError LK7100 to LK7102 for the folder, LK7105 when a port cannot be listened on, LK7106 for
 *   faults that are none.
 */
export async function startPortal(options: StartOptions): Promise<RunningPortal> {
  const chances = options.faults === undefined ? undefined : parseFaults(options.faults);
  const folder = await readPortalFolder(options.folder, options.day);
  const plan = {
    rules: folder.faults,
    chances: chances ?? folder.chances,
    seed: options.seed ?? folder.seed,
  };
  const servers = new Map<string, OriginServer>();
  const close = async () => {
    await Promise.all([...servers.values()].map((server) => server.close()));
  };
  try {
    for (const [index, spec] of folder.origins.entries()) {
      const port = options.port === undefined ? 0 : options.port + index;
      servers.set(spec.origin, await serveOrigin(spec, withRecordings(protocolOf(spec), spec), plan, port));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    origins: Object.fromEntries([...servers].map(([origin, server]) => [origin, server.url])),
    requests: () => Object.fromEntries([...servers].map(([origin, server]) => [origin, server.requests()])),
    asOf: asOf(folder.origins),
    faults: () => sum([...servers.values()].map((server) => server.faults())),
    close,
  };
}

function sum(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((each) => Object.entries(each)))
    all[name] = (all[name] ?? 0) + count;
  return all;
}

function protocolOf(spec: OriginSpec): Protocol {
  switch (spec.type) {
    case 'ckan':
      return ckanProtocol(spec);
    case 'socrata':
      return socrataProtocol(spec);
    case 'github':
    case 'http':
      return fileProtocol(spec);
  }
}
