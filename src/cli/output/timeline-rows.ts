import type { TimelineRow } from '../../lakehouse/meta/timeline.js';
import { bytes, moment } from '../progress/format.js';
import type { OutputFormat, Rows } from './print-rows.js';

/** For a person: times to the second in UTC, sizes in units, and the run last, for it is long. */
export function timelineRows(rows: readonly TimelineRow[], format: OutputFormat): Rows {
  if (format !== 'table') {
    const columns = [
      'at',
      'run',
      'command',
      'dataset',
      'kind',
      'rows',
      'bytes',
      'requests',
      'status',
      'reason',
      'accepted',
    ] as const;
    return { columns, rows: rows.map((row) => columns.map((name) => row[name] ?? null)) };
  }
  return {
    columns: ['when (UTC)', 'command', 'dataset', 'status', 'kind', 'rows', 'size', 'requests', 'why', 'run'],
    sentences: 'why',
    rows: rows.map(
      ({
        at,
        run,
        command,
        dataset,
        kind,
        rows: brought,
        bytes: size,
        requests,
        status,
        reason,
        accepted,
      }) => [
        moment(String(at ?? '')),
        command ?? null,
        dataset ?? null,
        status ?? null,
        kind ?? null,
        brought ?? null,
        typeof size === 'number' && size > 0 ? bytes(size) : null,
        requests ?? null,
        `${reason ?? ''}${acceptedWords(accepted)}` || null,
        run ?? null,
      ],
    ),
  };
}

/** Who said so, and of which content, where it was: ` (by ann, content 3fd2a1b0c4d5)`. */
function acceptedWords(accepted: TimelineRow['accepted']): string {
  const said = accepted.map(
    ({ by, content_hash }) => `${by ? `by ${by}, ` : ''}content ${String(content_hash).slice(0, 12)}`,
  );
  return said.length === 0 ? '' : ` (${[...new Set(said)].join('; ')})`;
}
