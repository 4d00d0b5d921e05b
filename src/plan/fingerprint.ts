/** What decides whether a table must be built again: its definition and the data versions of its inputs. Pure. */
import { createHash } from 'node:crypto';
import type { NodeId } from '../compile/types.js';

/** The last commit of a table that changed data; of a view or ephemeral its own fingerprint. */
export type DataVersion = number | string;

/** Input node → its data version. */
export type InputVersions = Readonly<Record<NodeId, DataVersion>>;

/** hash(definition, inputs); equal fingerprints promise equal rows. */
export function fingerprint(definitionHash: string, inputs: InputVersions): string {
  const hash = createHash('sha256').update(definitionHash);
  for (const id of Object.keys(inputs).sort()) hash.update(`\n${id}@${inputs[id]}`);
  return hash.digest('hex');
}

/** hash(test, data versions of everything it reads): a passing record under it need not be made again. */
export const testHash = fingerprint;
