/** Has the engine parse (not bind) SQL that it has not parsed before; hashes of good SQL are kept in `target/`. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locate, originAt } from '../compile/locate.js';
import type { RenderedSql, TestNode } from '../compile/types.js';
import type { Engine } from '../engine/types.js';
import type { Diagnostic, SourceSpan } from '../errors/diagnostic.js';

export interface ParsedSql {
  readonly parsed: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Changes with what parsing refuses: what an older version found good is looked at again. */
const JUDGED = '2\n';

const OF_TEST = 'Correct its arguments or its `where`, of which its SQL is made: `lake compile` prints it';

interface Candidate {
  readonly path: string;
  readonly sql: string;
  readonly hash: string;
  /** The user's place of a line and column of the SQL. */
  readonly place: (line: number, col: number) => SourceSpan | undefined;
  /** The test that lake made it of. */
  readonly test?: TestNode;
}

function candidate(path: string, sql: string, place: Candidate['place'], test?: TestNode): Candidate {
  const hash = createHash('sha256').update(JUDGED).update(sql).digest('base64url');
  return { path, sql, hash, place, ...(test && { test }) };
}

/**
 * Where nothing changed the engine is not used.
 * @param root Project root.
 * @param whole False for the part of a project that has no mistakes: what is known of the rest is kept.
 */
export async function parseChangedSql(
  graph: RenderedSql,
  root: string,
  engine: Pick<Engine, 'parse'>,
  whole = true,
): Promise<ParsedSql> {
  const file = join(root, 'target', 'parsed.json');
  const known = readKnown(file);
  const nodes: Candidate[] = [...graph.nodes, ...graph.tests].flatMap((node) => {
    if (node.kind === 'bronze' || node.sql === '') return [];
    const path = 'path' in node ? node.path : node.at.file;
    const test = node.kind === 'generic' ? node : undefined;
    const place = (line: number, col: number) => locate(graph, node.id, line, col) ?? test?.at;
    const own = candidate(path, node.sql, place, test);
    const added = 'incremental' in node ? node.incremental : undefined;
    return added
      ? [own, candidate(path, added.sql, (line, col) => originAt(added.origins, line, col))]
      : [own];
  });
  const macros = graph.macroFiles.map(({ path, sql, origins }) =>
    candidate(path, sql, (line, col) => originAt(origins, line, col)),
  );
  const all = [...macros, ...nodes];
  const changed = all.filter(({ hash }) => !known.has(hash));
  if (changed.length === 0) return { parsed: 0, diagnostics: [] };

  const results = await engine.parse(changed.map(({ sql }) => sql));
  const diagnostics = changed.flatMap(({ path, sql, place, test }, i): Diagnostic[] => {
    const error = results[i];
    if (!error) return [];
    const { line, col } = (error.details ?? {}) as { line?: number; col?: number };
    const at = line === undefined ? undefined : place(line, col ?? 1);
    return [
      {
        code: error.code === 'LK2046' ? 'LK2046' : 'LK2045',
        severity: 'error',
        message: `${test ? `the test ${test.id}: ` : ''}${inWords(error.message, sql, line, col)}`,
        at: at ?? test?.at ?? { file: path, line: 1, col: 1 },
        hint:
          test && error.code !== 'LK2046' && !error.hint?.startsWith('Did you mean') ? OF_TEST : error.hint,
      },
    ];
  });
  const bad = new Set(changed.filter((_, i) => results[i]).map(({ hash }) => hash));
  const good = all.map(({ hash }) => hash).filter((hash) => !bad.has(hash));
  mkdirSync(join(root, 'target'), { recursive: true });
  writeFileSync(file, JSON.stringify(whole ? good : [...new Set([...known, ...good])]));
  return { parsed: changed.length, diagnostics };
}

/** The parser stops at pieces of what a ref prints, `"gold"` or `.`: the table is told, which the user did write. */
function inWords(message: string, sql: string, line = 0, col = 1): string {
  const at = [...(sql.split('\n')[line - 1] ?? '')];
  const [before, after] = [at.slice(0, col - 1).join(''), at.slice(col - 1).join('')];
  const layer = after.startsWith('.') ? (/"\w+"$/.exec(before)?.[0] ?? '') : '';
  const [, schema, name] = /^"(\w+)"\."([^"]+)"/.exec(`${layer}${after}`) ?? [];
  return name === undefined ? message : message.replace(/ near ".*"$/, ` near ${schema}.${name}`);
}

function readKnown(file: string): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(readFileSync(file, 'utf8')) as string[]);
  } catch {
    return new Set();
  }
}
