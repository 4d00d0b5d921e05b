/** The kinds of dataset that are followed: table of the sample portal, load mode, key, and the events that it promises to follow. */
import { readFileSync } from 'node:fs';
import type { Files } from '../../../support/small-city.js';
import { fourByFour } from '../scenarios.js';
import type { EVENTS, History } from './history.js';

export interface KindSpec {
  /** `nyc`: rows of the sample's crashes, by Socrata; `toronto`: of its shootings, by CKAN. */
  readonly portal: 'nyc' | 'toronto';
  readonly mode: 'replace' | 'append' | 'upsert';
  readonly cursor?: 'crash_date' | ':updated_at';
  /** None: rows come no earlier than with the last cursor. Left out: 2 days. */
  readonly lookback?: 'none';
  /** Every load: what hides behind an equal count is found as well. */
  readonly sweep?: true;
  readonly soft?: true;
  readonly key?: true;
  readonly events: readonly (keyof typeof EVENTS)[];
  /** Rows that the portal took away stay, on purpose. */
  readonly archive?: true;
  /** The sample as it moves by itself, by the project’s own manifest. */
  readonly sample?: 'datasets/nyc/crashes.yml' | 'datasets/toronto/shootings.yml';
}

export const KINDS = {
  replace_key: {
    portal: 'nyc',
    mode: 'replace',
    key: true,
    events: ['added_late', 'changed', 'edited', 'rekeyed', 'withdrawn', 'renumbered'],
  },
  replace_bag: { portal: 'toronto', mode: 'replace', events: ['added_late', 'edited', 'withdrawn'] },
  append_key: {
    portal: 'nyc',
    mode: 'append',
    cursor: 'crash_date',
    key: true,
    events: ['added_late', 'changed'],
  },
  append_key_renumbered: {
    portal: 'nyc',
    mode: 'append',
    cursor: 'crash_date',
    key: true,
    events: ['added_late', 'renumbered'],
  },
  append_bag: { portal: 'nyc', mode: 'append', cursor: 'crash_date', events: ['added_late', 'changed'] },
  append_bag_renumbered: {
    portal: 'nyc',
    mode: 'append',
    cursor: ':updated_at',
    events: ['added_late', 'renumbered_freshly'],
  },
  append_key_whole: { portal: 'toronto', mode: 'append', key: true, events: ['added_late', 'edited'] },
  append_bag_whole: { portal: 'toronto', mode: 'append', events: ['added_late'] },
  append_archive: {
    portal: 'nyc',
    mode: 'append',
    cursor: ':updated_at',
    key: true,
    archive: true,
    lookback: 'none',
    events: ['added_in_time', 'changed', 'withdrawn'],
  },
  upsert: {
    portal: 'nyc',
    mode: 'upsert',
    cursor: 'crash_date',
    key: true,
    events: ['added', 'changed', 'rekeyed', 'withdrawn', 'renumbered'],
  },
  upsert_by_date_of_change: {
    portal: 'nyc',
    mode: 'upsert',
    cursor: ':updated_at',
    key: true,
    lookback: 'none',
    events: ['added_in_time', 'changed', 'rekeyed', 'withdrawn'],
  },
  upsert_late: {
    portal: 'nyc',
    mode: 'upsert',
    cursor: 'crash_date',
    key: true,
    events: ['added_late', 'changed'],
  },
  upsert_swept: {
    portal: 'nyc',
    mode: 'upsert',
    cursor: 'crash_date',
    sweep: true,
    key: true,
    events: ['added_late', 'changed', 'rekeyed', 'withdrawn', 'withdrawn', 'renumbered_freshly'],
  },
  upsert_soft: {
    portal: 'nyc',
    mode: 'upsert',
    cursor: ':updated_at',
    sweep: true,
    soft: true,
    key: true,
    events: ['added_late', 'changed', 'withdrawn', 'withdrawn'],
  },
  sample_crashes: {
    portal: 'nyc',
    mode: 'upsert',
    cursor: ':updated_at',
    key: true,
    events: ['passed'],
    sample: 'datasets/nyc/crashes.yml',
  },
  sample_shootings: {
    portal: 'toronto',
    mode: 'replace',
    key: true,
    events: ['passed'],
    sample: 'datasets/toronto/shootings.yml',
  },
} as const satisfies Record<string, KindSpec>;
export type Kind = keyof typeof KINDS;

export const specOf = (kind: Kind): KindSpec => KINDS[kind];

/** Where the portal has a history’s table: a four-by-four, a package. */
export function addressOf(kind: Kind): string {
  return specOf(kind).portal === 'nyc' ? fourByFour(kind) : kind;
}

/** The manifest of a history's dataset, which is named like its kind. */
export function manifestOf({ kind, keepLoads }: History): Files {
  const spec = specOf(kind);
  const file = `datasets/${spec.portal}/${kind}.yml`;
  const kept = keepLoads === null ? '' : `, keep_loads: ${keepLoads}`;
  if (spec.sample !== undefined) {
    const text = readFileSync(new URL(`../../../../${spec.sample}`, import.meta.url), 'utf8');
    const own = text
      .replace(/^dataset: .*$/m, `dataset: ${kind}`)
      .replace(/^source: .*$/m, `source: ${sourceOf(kind)}`)
      .replace(/^load: \{(.*)\}$/m, `load: {$1${kept}}`);
    return { [file]: own };
  }
  const { mode, cursor, lookback, sweep, soft, key } = spec;
  const load = [
    `mode: ${mode}`,
    ...(cursor === undefined ? [] : [`cursor: '${cursor}'`]),
    ...(cursor === undefined || lookback === 'none' ? [] : ['lookback: 2 days']),
    ...(sweep ? ['sweep: 0 days'] : []),
    ...(soft ? ['deletes: soft'] : []),
  ];
  const named = spec.portal === 'nyc' ? 'collision_id' : 'event_unique_id';
  return {
    [file]: `dataset: ${kind}
portal: ${spec.portal}
source: ${sourceOf(kind)}
load: {${load.join(', ')}${kept}}
key: ${key ? `[${named}]` : 'none'}
guards: {max_row_drop: 100%, allow_empty: true}
fields:
${key ? `  ${named}: ${spec.portal === 'nyc' ? 'bigint' : 'varchar'}\n` : ''}${FIELDS[spec.portal]}`,
  };
}

const sourceOf = (kind: Kind): string =>
  specOf(kind).portal === 'nyc' ? `{id: ${addressOf(kind)}}` : `{package: ${kind}}`;

const FIELDS = {
  nyc: `  crash_date: timestamp
  crash_time: {type: time, sql: "lpad(value, 5, '0')"}
  borough: varchar
  zip_code: {pattern: '[0-9]{5}'}
  latitude: {type: double, range: [40.4, 41.0], on_invalid: nullify}
  injured: {from: number_of_persons_injured, type: integer}
`,
  toronto: `  occurred_on: {from: OCC_DATE, type: date, format: [iso, epoch_ms]}
  occurred_hour: {from: OCC_HOUR, type: integer}
  division: {pattern: 'D[1-5][0-9]'}
  neighbourhood_158: varchar
  injuries: {type: integer, default: 0}
`,
};
