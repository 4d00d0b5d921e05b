/** The local portal: real protocols over loopback, from a folder of files that `portal.yml` describes. */
import { ckanProtocol } from './ckan/protocol.js';
import { fileProtocol } from './files/protocol.js';
import { readPortalFolder } from './folder/read-folder.js';
import { type OriginServer, type Protocol, serveOrigin } from './http/serve.js';
import { socrataProtocol } from './socrata/protocol.js';
import type { OriginSpec, RunningPortal } from './types.js';

export { describePortal } from './describe.js';
export { ensureSample } from './sample/ensure.js';
export type * from './types.js';

export interface StartOptions {
  /** The folder that holds `portal.yml`. */
  readonly folder: string;
  /** Overrides the file's own `day`: each table serves its newest day that is not after it. */
  readonly day?: number;
  /** First origin's port; the following origins take the next ones. Undefined: any free ports. */
  readonly port?: number;
}

/**
 * Starts one loopback server per real origin, in this process. Rows are read when they are first asked for.
 * @throws LakeError LK7100 to LK7102 for the folder, LK7105 when a port cannot be listened on.
 */
export async function startPortal(options: StartOptions): Promise<RunningPortal> {
  const folder = await readPortalFolder(options.folder, options.day);
  const servers = new Map<string, OriginServer>();
  const close = async () => {
    await Promise.all([...servers.values()].map((server) => server.close()));
  };
  try {
    for (const [index, spec] of folder.origins.entries()) {
      const port = options.port === undefined ? 0 : options.port + index;
      servers.set(spec.origin, await serveOrigin(spec, protocolOf(spec), folder.faults, port));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    origins: Object.fromEntries([...servers].map(([origin, server]) => [origin, server.url])),
    requests: () => Object.fromEntries([...servers].map(([origin, server]) => [origin, server.requests()])),
    close,
  };
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
