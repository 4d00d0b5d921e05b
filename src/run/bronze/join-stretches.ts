/** The stretches of a part that a backfill fetched, each by itself, as one reading of the part. Pure. */
import { createHash } from 'node:crypto';
import type { ReadPart } from './read-parts.js';

/** Parts that were read as one stay as they are. */
export function joinStretches(read: readonly ReadPart[]): readonly ReadPart[] {
  const groups = new Map<string, ReadPart[]>();
  for (const one of read) {
    const id = one.fetch.stretchOf ?? one.fetch.partId;
    groups.set(id, [...(groups.get(id) ?? []), one]);
  }
  return [...groups].map(([partId, group]) =>
    group[0]!.fetch.stretchOf === undefined ? group[0]! : joined(partId, group),
  );
}

function joined(partId: string, group: readonly ReadPart[]): ReadPart {
  const [first, last] = [group[0]!, group.at(-1)!];
  const sum = (of: (one: ReadPart) => number): number => group.reduce((total, one) => total + of(one), 0);
  const bodies = group.map(({ fetched }) => fetched.sha256).join(' ');
  // An empty stretch was not asked for: how to read the others is told by one that was.
  const asked = group.find(({ fetched }) => fetched.files.length > 0) ?? first;
  return {
    fetch: {
      ...first.fetch,
      partId,
      since: { ...first.fetch.since!, until: last.fetch.since!.until },
      requests: group.flatMap(({ fetch }) => fetch.requests),
      expectedRows: sum(({ fetch }) => fetch.expectedRows ?? 0),
    },
    fetched: {
      ...asked.fetched,
      partId,
      files: group.flatMap(({ fetched }) => fetched.files),
      sha256: createHash('sha256').update(bodies).digest('hex'),
      requests: sum(({ fetched }) => fetched.requests),
    },
    moved: group.some((one) => one.moved),
    unsure: group.some((one) => one.unsure),
    safe: group.some((one) => one.safe),
  };
}
