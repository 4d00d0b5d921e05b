/** What of DuckDB's message is for the reader: one sentence, in the words of who wrote the SQL, and the advice apart. Pure. */
import { didYouMean } from '../../errors/nearest.js';

export interface Sentence {
  readonly text: string;
  /** How to mend it, where DuckDB says so. */
  readonly suggestion?: string;
}

/** How DuckDB says that a file or an address is out of reach: by a configuration that nobody here can change. */
const REFUSED =
  /^Cannot access (?:file|directory) (".*") - file system operations.*|^File (\S+) requires the extension .*/s;

/** Advice to change a setting, which SQL of a project may not. */
const SETTING = /(?:[ \n]|^)[^\n.!]*\bSET [a-z]+(?:_[a-z]+)+ ?(?:=|TO\b)[^\n]*/g;

/** Tables and functions of the system, and of another task's catalog, which are not there for this one. */
const NOT_MEANT = /task_[0-9a-f]{24}|"(?:pg_|duckdb_|sqlite_|pragma_|information_schema|__internal)/;

/**
 * The first paragraph, without the code frame and stack that may follow, nor names of catalogs; what is nearest apart.
 * @param catalog The task's, whose name nobody wrote.
 */
export function sentence(
  { type, message }: { readonly type: string; readonly message: string },
  catalog: string | undefined,
): Sentence {
  const struct = ofStruct(message);
  if (struct) return struct;
  const [first = ''] = message.split(
    /\n\nLINE \d+:|\n\nStack Trace|\n\n {2}file = |\nPossible (?:fixes|solution)|\n\s*Candidate functions:/i,
  );
  const own = first
    .replace(SETTING, '')
    // What strptime could not read, once more, and a caret below it.
    .replace(/\n[^\n]*\n *\^\nError: /, ': ')
    .replace(
      REFUSED,
      (_, file?: string, address?: string) =>
        `SQL may not reach ${file ?? `"${address}"`}: it is not of the project`,
    )
    .replace(catalog === undefined ? /(?!)/ : new RegExp(`"?${catalog}(?:_\\d+)?"?\\.`, 'g'), '')
    .replace(/\bmemory\.(lake_|main\.)/g, '$1')
    // A table of a task is a view, which DuckDB takes for a list of values.
    .replace(/^(?:Values list|Table) (".+") does not have a column named /, '$1 has no column ');
  const [text = '', nearest] = own.split(
    /\n(?=Did you mean |Candidate bindings: |Either add it to )| (?=\(use: )/,
  );
  const suggestion = nearest === undefined || NOT_MEANT.test(nearest) ? undefined : advice(nearest);
  // DuckDB quotes what it quotes already.
  const unquoted = oneLine(text).replace(/""([^"\s](?:[^"]*[^"\s])?)""/g, '"$1"');
  return { text: unquoted || `${type} error`, ...(suggestion !== undefined && { suggestion }) };
}

/** `Could not find key "q" in struct\n\nCandidate Entries: "p", "r"`. */
function ofStruct(message: string): Sentence | undefined {
  const [, key, list] = /^Could not find key "(.+?)" in struct\s+Candidate Entries: (.+)/.exec(message) ?? [];
  if (key === undefined) return undefined;
  const keys = [...list!.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
  // DuckDB lists those that are like it, not all.
  return {
    text: `the struct has no key "${key}"`,
    suggestion: didYouMean(key, keys) ?? `Keys that are there: ${keys.join(', ')}`,
  };
}

/** `(use: "a.id" or "s.id")` → `Write a.id or s.id`. */
function advice(nearest: string): string {
  const [, names] = /^\(use: (.*)\)$/s.exec(nearest) ?? [];
  return names === undefined ? oneLine(nearest) : `Write ${oneLine(names).replaceAll('"', '')}`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
