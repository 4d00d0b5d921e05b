/** Which publications have something to do: decided from the lake alone, so that an unchanged build connects to no target. */
import { createHash } from 'node:crypto';
import type { PublicationNode } from '../../compile/types.js';
import type { Held } from '../../lakehouse/bookmarks/bookmarks.js';
import type { TableHead } from '../../lakehouse/types.js';
import { parseDsn } from '../../publish/postgres/dsn.js';

export interface Standing {
  readonly publication: PublicationNode;
  /** Undefined where the table was never built. */
  readonly head?: TableHead;
  readonly held?: Held;
  /** What the publication says and where it goes, as a hash. */
  readonly definition: string;
  /** Why something is to be done, in words; undefined where the target has what the lake has. */
  readonly due?: string;
}

/** @param secrets Of its target: another database is another place, whose address must stand nowhere. */
export function standingOf(
  publication: PublicationNode,
  head: TableHead | undefined,
  held: Held | undefined,
  secrets: Readonly<Record<string, string>>,
): Standing {
  // Descriptions go along: they are no rows, and the lake counts none for them.
  const said = JSON.stringify([
    publication.definitionHash,
    placeOf(secrets['dsn']),
    head?.state.documents?.description,
    Object.entries(head?.state.documents?.comments ?? {}).sort(),
  ]);
  const definition = createHash('sha256').update(said).digest('hex');
  return { publication, head, held, definition, due: head && whyDue(head, held, definition) };
}

/**
 * A version whose commit moved no rows is no reason: only the last that did counts. After a rollback that is an earlier one than
 * the target has.
 */
function whyDue({ table, state }: TableHead, held: Held | undefined, definition: string): string | undefined {
  if (held === undefined) return 'first time';
  if (held.table !== table) return `${table} instead of ${held.table}`;
  if (held.pending) return 'the last time did not come to its end';
  if (held.definition !== definition) return 'its settings or descriptions changed';
  const [version] = held.versions;
  return held.dataVersion === state.dataVersion ? undefined : `version ${version} to ${state.version}`;
}

/** Server and database of a connection string: who connects, and with what password, does not make it another place. */
function placeOf(dsn: string | undefined): string {
  if (dsn === undefined) return '';
  try {
    const { host, port, database, user } = parseDsn(dsn);
    // Without a name the database is that of the user.
    return JSON.stringify([host, port, database ?? user]);
  } catch {
    // What cannot be read is told when it is used.
    return '';
  }
}
