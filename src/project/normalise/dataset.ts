/** One manifest, with the settings of its folders and every default applied. */
import type { Findings } from '../findings.js';
import type { DatasetFile } from '../schema/dataset.js';
import type { Dataset, DatasetUnitTest, Duration, FetchPolicy, Json, Portal } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { asList, isScalar, textAsWritten, textsAsWritten } from './as-written.js';
import { defined } from './defined.js';
import { checkFormats, checkTimeZone, type FieldDefaults, toField } from './field.js';
import { isText } from './field-type.js';
import { addedTags, mergedSetting, nearestSetting, type Settings } from './folder-settings.js';
import { toDuration, toShare } from './quantities.js';
import { toSource } from './source.js';
import { toTests } from './tests.js';

export interface DatasetContext {
  readonly doc: YamlFile;
  readonly findings: Findings;
  /** Of the folders around the manifest, outermost first. */
  readonly settings: readonly Settings[];
  /** The portal, where it is known. */
  readonly portal: Portal | undefined;
  readonly portalName: string;
}

type FreshnessObject = NonNullable<DatasetFile['freshness']>;
type GuardsObject = NonNullable<DatasetFile['guards']>;

/** The manifest as the other steps see it. Reports what only shows while putting it together: types, formats, zones. */
export function toDataset(file: DatasetFile, context: DatasetContext): Dataset {
  const { doc, findings, settings, portal, portalName } = context;
  const nearest = <T>(own: T | undefined, key: string): T | undefined =>
    own ?? nearestSetting<T>(settings, key);
  const formats = mergedSetting(settings, 'formats', file.formats);
  for (const [type, format] of Object.entries(file.formats ?? {}))
    checkFormats(format, ['formats', type], context);
  checkTimeZone(file.timezone, ['timezone'], context);

  const contract = mergedSetting(settings, 'contract', file.contract);
  const key = Array.isArray(file.key) ? (file.key as string[]) : undefined;
  const defaults: FieldDefaults = {
    trim: nearest(file.trim, 'trim') ?? true,
    nullIf: textsAsWritten(file.null_if, ['null_if'], doc) ??
      nearestSetting<string[]>(settings, 'null_if') ?? [''],
    timezone: nearest(file.timezone, 'timezone') ?? portal?.timezone ?? 'UTC',
    onInvalid: contract.values ?? 'quarantine',
    formats: Object.fromEntries(
      Object.entries(formats).map(([type, format]) => [type, asList(format) ?? []]),
    ),
    key: key ?? [],
  };
  const fields =
    file.fields &&
    Object.entries(file.fields).map(([name, field]) => toField(name, field, { doc, findings, defaults }));
  const freshness = mergedSetting<FreshnessObject>(settings, 'freshness', file.freshness);
  const meta = mergedSetting<Record<string, Json>>(settings, 'meta', file.meta as Record<string, Json>);
  const { load = {} } = file;
  return defined({
    name: file.dataset,
    description: file.description,
    version: file.version === undefined ? undefined : textAsWritten(file.version, ['version'], doc),
    portal: portalName,
    source: toSource(file.source, doc),
    load: defined({
      mode: load.mode ?? 'replace',
      cursor: load.cursor,
      lookback: duration(load.lookback),
      sweep: duration(load.sweep),
      deletes: load.deletes ?? 'hard',
      keepLoads: load.keep_loads,
      fetch: toFetchPolicy(nearest(load.fetch, 'fetch')),
    }),
    key,
    volatile: file.volatile ?? [],
    fields,
    trim: defaults.trim,
    nullIf: defaults.nullIf,
    timezone: defaults.timezone,
    contract: { columns: contract.columns ?? 'evolve', values: defaults.onInvalid },
    partitionBy: file.partition_by ?? [],
    ...(file.event_time !== undefined && { eventTime: file.event_time }),
    freshness: Object.keys(freshness).length > 0 ? toFreshness(freshness) : undefined,
    guards: toGuards(mergedSetting<GuardsObject>(settings, 'guards', file.guards)),
    tests: toTests(file.tests, ['tests'], { doc, findings }),
    unitTests: (file.unit_tests ?? []).map((test, i) => toUnitTest(test, ['unit_tests', i], doc, fields)),
    publish: (nearest(file.publish, 'publish') ?? []) as Dataset['publish'],
    tags: addedTags(settings, file.tags),
    owner: nearest(file.owner, 'owner'),
    license: nearest(file.license, 'license'),
    meta: Object.keys(meta).length > 0 ? meta : undefined,
    accounting: file.accounting !== false && file.accounting !== 'off',
    path: doc.file,
    at: doc.at(['dataset']),
    spans: keySpans(doc),
  });
}

type WrittenPolicy = NonNullable<DatasetFile['load']>['fetch'];

function toFetchPolicy(written: WrittenPolicy): FetchPolicy | undefined {
  return typeof written === 'object' ? { staleAfter: toDuration(written.stale_after) } : written;
}

const duration = (written: string | undefined) => (written === undefined ? undefined : toDuration(written));

/** As text, or dbt's `{count, period}`. */
function age(written: FreshnessObject['warn_after']): Duration | undefined {
  if (written === undefined) return undefined;
  return typeof written === 'string' ? toDuration(written) : { count: written.count, unit: written.period };
}

function toFreshness(f: FreshnessObject): NonNullable<Dataset['freshness']> {
  return defined({
    warnAfter: age(f.warn_after),
    errorAfter: age(f.error_after),
    of: f.of ?? 'portal',
  });
}

function toGuards(g: GuardsObject): Dataset['guards'] {
  const { max_null_rise: nullRise, max_changed: changed, max_type_flip: typeFlip } = g;
  return defined({
    maxRowDrop: g.max_row_drop === undefined ? undefined : toShare(g.max_row_drop),
    maxNullRise: typeof nullRise === 'string' ? toShare(nullRise) : undefined,
    maxNullRiseOf: typeof nullRise === 'object' ? shares(nullRise) : undefined,
    maxChanged: typeof changed === 'string' ? toShare(changed) : undefined,
    maxChangedOf: typeof changed === 'object' ? shares(changed) : undefined,
    maxTypeFlip: typeof typeFlip === 'string' ? toShare(typeFlip) : undefined,
    maxTypeFlipOf: typeof typeFlip === 'object' ? shares(typeFlip) : undefined,
    maxQuarantineRise: g.max_quarantine_rise === undefined ? undefined : toShare(g.max_quarantine_rise),
    cap: g.cap === false ? (false as const) : asList(g.cap),
    allowEmpty: g.allow_empty,
  });
}

function shares(written: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(written).map(([field, percent]) => [field, toShare(percent)]));
}

type UnitTestObject = NonNullable<DatasetFile['unit_tests']>[number];

/** Given values are text, as the portal delivers them; expected ones are text where their field is. */
function toUnitTest(
  test: UnitTestObject,
  path: Path,
  doc: YamlFile,
  fields: Dataset['fields'],
): DatasetUnitTest {
  const types = new Map(fields?.map((field) => [field.name, field.type]));
  const row = (cells: Readonly<Record<string, unknown>>, at: Path, textual: (column: string) => boolean) =>
    Object.fromEntries(
      Object.entries(cells).map(([column, value]) => [
        column,
        textual(column) && isScalar(value) ? textAsWritten(value, [...at, column], doc) : (value as Json),
      ]),
    );
  return defined({
    name: test.name,
    given: test.given.map((cells, i) => row(cells, [...path, 'given', i], () => true)),
    expect: test.expect.map((cells, i) =>
      row(cells, [...path, 'expect', i], (column) => isText(types.get(column) ?? 'varchar')),
    ),
    quarantined: test.quarantined,
    at: doc.at([...path, 'name']),
  });
}

/** Places of the top-level keys and of the keys one level below, `fields` apart: those have places of their own. */
function keySpans(doc: YamlFile): Dataset['spans'] {
  const spans: Record<string, Dataset['at']> = {};
  for (const [key, place] of doc.root.children ?? []) {
    spans[key] = doc.atKey([key]);
    if (key === 'fields') continue;
    for (const inner of place.children?.keys() ?? []) spans[`${key}.${inner}`] = doc.atKey([key, inner]);
  }
  return spans;
}
