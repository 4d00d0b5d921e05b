/** Has the engine parse (not bind) SQL that it has not parsed before; hashes of good SQL are kept in `target/`. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locate } from '../compile/locate.js';
import type { Graph } from '../compile/types.js';
import type { Engine } from '../engine/types.js';
import type { Diagnostic } from '../errors/diagnostic.js';

export interface ParsedSql {
  readonly parsed: number;
  readonly diagnostics: readonly Diagnostic[];
}

interface Candidate {
  readonly id: string;
  readonly path: string;
  readonly sql: string;
  readonly hash: string;
}

/** @param root Project root. Where nothing changed the engine is not used. */
export async function parseChangedSql(
  graph: Graph,
  root: string,
  engine: Pick<Engine, 'parse'>,
): Promise<ParsedSql> {
  const file = join(root, 'target', 'parsed.json');
  const known = readKnown(file);
  const all: Candidate[] = [...graph.nodes, ...graph.tests].flatMap((node) => {
    if (node.kind === 'bronze' || node.sql === '') return [];
    const path = 'path' in node ? node.path : node.at.file;
    return [
      { id: node.id, path, sql: node.sql, hash: createHash('sha256').update(node.sql).digest('base64url') },
    ];
  });
  const changed = all.filter(({ hash }) => !known.has(hash));
  if (changed.length === 0) return { parsed: 0, diagnostics: [] };

  const results = await engine.parse(changed.map(({ sql }) => sql));
  const diagnostics = changed.flatMap(({ id, path }, i): Diagnostic[] => {
    const error = results[i];
    if (!error) return [];
    const { line, col } = (error.details ?? {}) as { line?: number; col?: number };
    const at = line === undefined ? undefined : locate(graph, id, line, col ?? 1);
    return [
      {
        code: 'LK2045',
        severity: 'error',
        message: error.message,
        at: at ?? { file: path, line: 1, col: 1 },
        hint: error.hint,
      },
    ];
  });
  const bad = new Set(changed.filter((_, i) => results[i]).map(({ hash }) => hash));
  mkdirSync(join(root, 'target'), { recursive: true });
  writeFileSync(file, JSON.stringify(all.map(({ hash }) => hash).filter((hash) => !bad.has(hash))));
  return { parsed: changed.length, diagnostics };
}

function readKnown(file: string): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(readFileSync(file, 'utf8')) as string[]);
  } catch {
    return new Set();
  }
}
