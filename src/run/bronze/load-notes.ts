/** What a person should know of an incremental load although it is fine. Pure. */
import type { BronzeNode } from '../../compile/types.js';
import type { TableState } from '../../lakehouse/types.js';
import type { DatasetFacts } from '../../observe/types.js';
import { counted } from '../../quality/guards/guard.js';
import type { StagedLoad } from './stage-load.js';

/** Rows that an archive keeps though the portal has them no longer, and cursors that went back. */
export function loadNotes(
  { dataset }: BronzeNode,
  load: StagedLoad,
  state: TableState | undefined,
): readonly string[] {
  const added = load.landed.filter(({ fetch }) => fetch.kind === 'incremental' && !fetch.stretchOf);
  return added.flatMap(({ fetch, held }) => {
    const where = load.landed.length > 1 ? `${fetch.label}: ` : '';
    const kept = dataset.load.mode === 'append' ? held - (fetch.totalRows ?? held) : 0;
    const cursor = state?.parts?.[fetch.partId]?.cursor;
    return [
      ...(kept > 0
        ? [
            `${where}${kept.toLocaleString('en')} ${kept === 1 ? 'row' : 'rows'} that the portal no longer has ${kept === 1 ? 'is' : 'are'} kept: mode append`,
          ]
        : []),
      // The rows of the cursor's own value are asked for again: where not even these are there, it has gone back.
      ...(fetch.since && fetch.expectedRows === 0 && cursor !== undefined
        ? [
            `${where}the portal has no row at or after ${fetch.since.value}, though ${fetch.since.column} was ${cursor} at the last load: it went back, or its newest rows were withdrawn; rows that were changed since then are found by \`--full-refresh\``,
          ]
        : []),
    ];
  });
}

/** Rows that two pages both delivered: each is kept once, where an id or a key tells them. */
export function overlapNotes({ landed }: StagedLoad): readonly string[] {
  return landed.flatMap(({ fetch, delivered, rows, rowId, repeated = 0 }) => {
    if (repeated > 0) {
      return [
        `${fetch.label}: ${counted(repeated)} came on two pages, in a second reading too, and ${repeated === 1 ? 'is' : 'are'} kept as often: without a \`key:\` nothing tells whether the portal has them twice, or the table moved and others are missing`,
      ];
    }
    return rowId === undefined || delivered <= rows
      ? []
      : [`${fetch.label}: ${counted(delivered - rows)} came twice, on two pages; each is kept once`];
  });
}

/** Columns that the portal lists of a part and does not deliver: hidden ones, or a description that is out of date (fault B13). */
export function columnsMissing(facts: DatasetFacts, { files }: StagedLoad): readonly string[] {
  if (facts.status !== 'ok') return [];
  return facts.parts.flatMap(({ part, probe }) => {
    const own = files.filter((file) => file.parts.includes(part.id));
    const delivered = new Set(own.flatMap(({ columns }) => columns.map((name) => name.toLowerCase())));
    const missing = (probe.columns ?? []).filter(
      (name) => !name.startsWith(':') && !delivered.has(name.toLowerCase()),
    );
    if (own.length === 0 || missing.length === 0) return [];
    const named = missing.slice(0, 5).join(', ');
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
    return [`${part.label}: the portal lists columns that it does not deliver: ${named}${more}`];
  });
}
