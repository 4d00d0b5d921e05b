/** Which publications have something to do: decided from the lake alone, so that an unchanged build connects to no target. */
import { createHash } from 'node:crypto';
import type { PublicationNode } from '../../compile/types.js';
import type { Held } from '../../lakehouse/bookmarks/bookmarks.js';
import type { TableHead } from '../../lakehouse/types.js';

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
  const definition = createHash('sha256')
    .update(`${publication.definitionHash}\n${placeOf(secrets['dsn'])}`)
    .digest('hex');
  return { publication, head, held, definition, due: head && whyDue(head, held, definition) };
}

/**
 * A version whose commit moved no rows is no reason: the target holds one at or behind the last that did. One ahead of the table
 * is of another table of that name.
 */
function whyDue({ state }: TableHead, held: Held | undefined, definition: string): string | undefined {
  if (held === undefined) return 'first time';
  if (held.pending) return 'the last time was cut short';
  const [version] = held.versions as [number];
  if (held.definition !== definition) return 'its settings changed';
  if (version < state.dataVersion || version > state.version) return `version ${version} to ${state.version}`;
  return undefined;
}

/** Server and database of a connection string: who connects, and with what password, does not make it another place. */
function placeOf(dsn: string | undefined): string {
  if (dsn === undefined) return '';
  try {
    const { host, pathname, searchParams } = new URL(dsn);
    return `${host}${pathname}?${searchParams.get('host') ?? ''}`;
  } catch {
    return dsn;
  }
}
