/** What can be checked of one manifest alone: the fields that its keys name, and what its load mode needs. */

import type { SourceSpan } from '../../errors/diagnostic.js';
import { didYouMean } from '../../errors/nearest.js';
import type { Findings } from '../findings.js';
import type { Dataset } from '../types.js';
import { type Path, valueAt, type YamlFile } from '../yaml/yaml-file.js';
import { checkFieldName } from './names.js';

/** Reports names that are no fields, unit tests of one name, and load modes that lack something. */
export function checkManifest(dataset: Dataset, doc: YamlFile, findings: Findings): void {
  // The file is asked, not the dataset: a field that is wrong is a field all the same.
  const fields = doc.has(['fields']) ? [...(doc.place(['fields']).children?.keys() ?? [])] : undefined;
  for (const name of fields ?? []) checkFieldName(name, doc.atKey(['fields', name]), findings);
  for (const { name, at } of namedFields(dataset, doc, fields !== undefined)) {
    if (fields?.includes(name)) continue;
    if (fields) {
      const hint = didYouMean(name, fields) ?? `The fields are ${fields.join(', ')}`;
      findings.add('LK1015', at, `no field "${name}"`, { hint });
    } else {
      findings.add('LK1015', at, `"${name}" is no declared field: the manifest has none`, {
        hint: 'List the fields under "fields"',
      });
    }
  }
  if (fields?.length === dataset.fields?.length) checkGivenColumns(dataset, doc, findings);
  checkUnitTestNames(dataset, findings);
  checkLoad(dataset, doc, findings);
}

interface NamedField {
  readonly name: string;
  readonly at: SourceSpan;
}

/** Every field that the manifest names outside `fields`; without fields, unit tests may expect any column. */
function namedFields(dataset: Dataset, doc: YamlFile, declared: boolean): readonly NamedField[] {
  const inList = (key: string, names: readonly string[]): readonly NamedField[] =>
    names.map((name, i) => ({ name, at: doc.at([key, i]) }));
  const asKeys = (path: Path): readonly NamedField[] =>
    doc.has(path)
      ? [...(doc.place(path).children?.keys() ?? [])].map((name) => ({
          name,
          at: doc.atKey([...path, name]),
        }))
      : [];
  const of = dataset.freshness?.of ?? 'portal';
  const age =
    doc.has(['freshness', 'of']) && of !== 'portal' && of !== 'loaded'
      ? [{ name: of, at: doc.at(['freshness', 'of']) }]
      : [];
  const expected = dataset.unitTests.flatMap(({ expect }, i) =>
    expect.flatMap((_, j) => asKeys(['unit_tests', i, 'expect', j])),
  );
  return [
    ...inList('key', dataset.key ?? []),
    ...inList('volatile', dataset.volatile),
    ...inList('partition_by', dataset.partitionBy),
    ...(dataset.eventTime === undefined ? [] : [{ name: dataset.eventTime, at: doc.at(['event_time']) }]),
    ...age,
    ...asKeys(['guards', 'max_null_rise']),
    ...asKeys(['guards', 'max_changed']),
    ...asKeys(['guards', 'max_type_flip']),
    ...(declared ? expected : []),
  ];
}

/** Raw rows of unit tests: a column that no field reads is misspelt, and the test would say of it that its value is missing. */
function checkGivenColumns(dataset: Dataset, doc: YamlFile, findings: Findings): void {
  if (dataset.fields === undefined) return;
  const sources = dataset.fields.flatMap(({ from, coalesce = [] }) => [...from, ...coalesce]);
  const read = [...new Set([...sources, ...sources.map((source) => source.split(/[.[]/)[0]!)])];
  const known = new Set(read.map(loose));
  for (const [i, { given }] of dataset.unitTests.entries()) {
    for (const j of given.keys()) {
      const path: Path = ['unit_tests', i, 'given', j];
      for (const name of doc.has(path) ? (doc.place(path).children?.keys() ?? []) : []) {
        // Cursors, row ids and what lake adds to a row are read by lake itself.
        if (/^[:_]/.test(name) || name === dataset.load.cursor || known.has(loose(name))) continue;
        findings.add('LK1015', doc.atKey([...path, name]), `no field reads the column "${name}"`, {
          hint: didYouMean(name, read) ?? `The columns that are read are ${read.join(', ')}`,
        });
      }
    }
  }
}

/** Columns of a load are found without case, blanks and punctuation. */
function loose(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function checkUnitTestNames({ unitTests }: Dataset, findings: Findings): void {
  for (const [i, { name, at }] of unitTests.entries()) {
    const first = unitTests.find((other) => other.name === name);
    if (first === unitTests[i]) continue;
    findings.add('LK1012', at, `the name "${name}" is already that of another unit test`, {
      hint: `Rename one of them; the other stands on line ${first!.at.line}`,
    });
  }
}

function checkLoad({ load, key }: Dataset, doc: YamlFile, findings: Findings): void {
  const keyIsWrong = key === undefined && doc.has(['key']) && valueAt(doc.value, ['key']) !== 'none';
  if (load.mode === 'upsert' && key === undefined && !keyIsWrong) {
    findings.add('LK1020', doc.at(['load', 'mode']), 'the mode upsert needs a key', {
      hint: 'Name the fields that identify a row under "key", or use the mode replace',
    });
  }
  if (load.mode === 'upsert' && load.cursor === undefined && !doc.has(['load', 'cursor'])) {
    findings.add('LK1020', doc.at(['load', 'mode']), 'the mode upsert needs a cursor', {
      hint: "Add cursor: the portal's column that grows with every change, such as ':updated_at'",
    });
  }
  for (const setting of ['sweep', 'deletes'] as const) {
    if (
      load.mode === 'upsert' ||
      !doc.has(['load', setting]) ||
      (load.deletes === 'hard' && setting === 'deletes')
    )
      continue;
    findings.add('LK1020', doc.atKey(['load', setting]), `"${setting}" needs the mode upsert`, {
      hint:
        load.mode === 'append'
          ? `append keeps every row that it has seen; use the mode upsert, or remove "${setting}"`
          : `Every load of the mode replace has the rows that are there; use the mode upsert, or remove "${setting}"`,
    });
  }
  for (const setting of ['cursor', 'sweep', 'deletes'] as const) {
    if (load.fetch !== 'missing' || load[setting] === undefined || load[setting] === 'hard') continue;
    const at = doc.has(['load', 'fetch']) ? ['load', 'fetch'] : ['load', setting];
    findings.add('LK1020', doc.atKey(at), `"${setting}" has no effect with \`fetch: missing\``, {
      hint: `A part that is stored is never asked for again: use \`fetch: changed\` or \`fetch: {stale_after: 7 days}\`, or remove "${setting}"`,
    });
  }
  for (const setting of ['lookback'] as const) {
    if (load[setting] === undefined || load.cursor !== undefined || load.mode === 'upsert') continue;
    findings.add('LK1020', doc.atKey(['load', setting]), `"${setting}" needs a cursor`, {
      hint: `Without a cursor every load asks for everything; remove "${setting}"`,
    });
  }
}
