import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { DecodeHint, RequestSpec } from '../sources/types.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import type { PartFetch, SpoolFile, Validators } from './types.js';

/** A body that an earlier run brought into the spool, whole and for the same question. */
export interface KeptBody {
  readonly file: SpoolFile;
  readonly format?: DecodeHint['format'];
  /** False: the portal has to be asked whether it changed, with the file's validators. */
  readonly certain: boolean;
}

/** Why a body that is there is not used. */
export type Misfit = 'asked differently' | 'data changed' | 'damaged' | 'may have changed';

/**
 * What the ledger has for a request. A body is used again only where the same was asked, the portal says that the part's
 * data is the same, and the file still has its size and hash (fault F25: after a power failure it may be empty). Where a
 * portal says nothing of its data, the server is asked by the body's own validators.
 * @returns undefined where there is nothing.
 */
export async function findKeptBody(
  ledger: Ledger,
  part: PartFetch,
  request: RequestSpec,
  path: string,
): Promise<KeptBody | Misfit | undefined> {
  const entry = await ledger.find(part.partId, request.id);
  if (entry === undefined) return undefined;
  if (entry.asked !== askedHash(request)) return 'asked differently';
  const certain = part.revision !== undefined && part.revision === entry.revision;
  if (!certain && part.revision !== undefined) return 'data changed';
  const validators = validatorsOf(entry);
  const canAsk = request.method === 'GET' && Object.keys(validators).length > 0;
  if (!certain && !canAsk) return 'may have changed';
  if (!(await ledger.inTurn(() => isWhole(path, entry)))) return 'damaged';
  const { bytes, wireBytes, sha256, status, url, next, ending } = entry;
  return {
    file: {
      requestId: request.id,
      url,
      path,
      bytes,
      wireBytes,
      sha256,
      status,
      validators,
      next,
      ...(ending && { ending }),
    },
    format: entry.format,
    certain,
  };
}

/** Equal for requests that ask for the same. */
export function askedHash({ method, url, headers = {}, body = '' }: RequestSpec): string {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const sorted = named.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([method, url, sorted, body]))
    .digest('hex');
}

function validatorsOf({ etag, lastModified }: LedgerEntry): Validators {
  return { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
}

async function isWhole(path: string, { bytes, sha256 }: LedgerEntry): Promise<boolean> {
  try {
    if ((await stat(path)).size !== bytes) return false;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
    return hash.digest('hex') === sha256;
  } catch {
    return false;
  }
}
