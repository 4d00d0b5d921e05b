/** Names that may be given to nodes and fields, and each only once. */
import type { SourceSpan } from '../../errors/diagnostic.js';
import { isOwnColumn } from '../../sql/own-columns.js';
import type { Findings } from '../findings.js';
import { SLUG } from '../language.js';

const RESERVED = new Set(['meta', 'bronze', 'silver', 'gold', 'main', 'system', 'temp']);
/** A table is a folder, and these cannot be folders on Windows. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;
const QUARANTINE = '__quarantine';
/** Postgres cuts longer names, and a file system has room for a suffix. */
const LONGEST = 63;

/** Reports a node's name that is no slug, reserved or too long. True when it may be used. */
export function checkNodeName(name: string, at: SourceSpan, what: string, findings: Findings): boolean {
  const reject = (message: string, hint: string): boolean => {
    findings.add('LK1011', at, message, { hint });
    return false;
  };
  if (!SLUG.test(name)) {
    return reject(
      `"${name}" is not a valid name for a ${what}`,
      'Use lower-case letters, digits and _, not beginning with a digit',
    );
  }
  if (RESERVED.has(name) || DEVICE.test(name))
    return reject(`the name "${name}" is reserved`, `Give the ${what} another name`);
  if (name.endsWith(QUARANTINE)) {
    return reject(`names that end in ${QUARANTINE} are reserved`, `Give the ${what} another name`);
  }
  if (name.length > LONGEST)
    return reject(`the name is ${name.length} characters long`, `Use at most ${LONGEST}`);
  return true;
}

/** Reports a field whose name lake uses itself, or that is too long. */
export function checkFieldName(name: string, at: SourceSpan, findings: Findings): void {
  if (isOwnColumn(name)) {
    findings.add('LK1011', at, `the name "${name}" belongs to a column that lake adds`, {
      hint: 'Give the field another name',
    });
  } else if (name.length > LONGEST) {
    findings.add('LK1011', at, `the name is ${name.length} characters long`, {
      hint: `Use at most ${LONGEST}`,
    });
  }
}

export interface NamedNode {
  readonly name: string;
  readonly what: 'dataset' | 'model' | 'seed' | 'snapshot';
  readonly at: SourceSpan;
}

/** Datasets, models, seeds and snapshots share one namespace. The first of two keeps the name. */
export function checkUnique(nodes: readonly NamedNode[], findings: Findings): void {
  const taken = new Map<string, NamedNode>();
  for (const node of nodes) {
    const key = node.name.toLowerCase();
    const first = taken.get(key);
    if (!first) {
      taken.set(key, node);
      continue;
    }
    const { file, line, col } = first.at;
    findings.add(
      'LK1012',
      node.at,
      `the name "${node.name}" is already that of the ${first.what} in ${file}`,
      {
        hint: `Rename one of them; the other stands in ${file}:${line}:${col}`,
      },
    );
  }
}
