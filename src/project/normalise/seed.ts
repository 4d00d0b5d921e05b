/** A CSV file under seeds/, with what YAML says about it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Findings } from '../findings.js';
import type { Seed } from '../types.js';
import { defined } from './defined.js';
import type { Settings } from './folder-settings.js';
import { fileStem } from './model.js';
import type { NodeProperties } from './model-properties.js';
import { nodeConfig } from './node-config.js';

/**
 * The seed with the hash of its bytes, settings of its folders and its properties, the nearest winning; tags and the
 * types of columns add up. Undefined, and reported, where the file cannot be read.
 */
export async function toSeed(
  root: string,
  file: string,
  settings: readonly Settings[],
  properties: NodeProperties | undefined,
  findings: Findings,
): Promise<Seed | undefined> {
  const at = { file, line: 1, col: 1 };
  const sha256 = await hashOfFile(path.join(root, file)).catch((error: NodeJS.ErrnoException) => {
    findings.add('LK1008', at, `the file cannot be read (${error.code ?? 'unknown'})`, {
      hint: 'Check that it is a file and may be read',
    });
    return undefined;
  });
  if (sha256 === undefined) return undefined;
  return defined({
    name: fileStem(file),
    path: file,
    sha256,
    description: properties?.description,
    columns: properties?.columns ?? [],
    tests: properties?.tests ?? [],
    ...nodeConfig(settings, properties, ['column_types']),
    configAt: properties?.configAt,
    at: properties?.at ?? at,
  });
}

/** A seed may be larger than what YAML and SQL are read with: it is hashed as it streams by. */
async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
