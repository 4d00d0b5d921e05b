/** One field of a manifest, with every default applied. */
import type { Findings } from '../findings.js';
import { PLAIN_TYPES } from '../language.js';
import type { FieldObject } from '../schema/field.js';
import type { Field, Json, OnInvalid } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { asList, isScalar, textAsWritten, textsAsWritten } from './as-written.js';
import { defined } from './defined.js';
import { readsValue } from './field-sql.js';
import { isTemporal, isText, parseFieldType } from './field-type.js';
import { formatMistake } from './format.js';
import { toTests } from './tests.js';
import { isTimeZone, nearestTimeZone } from './time-zone.js';

/** What a field takes over from its dataset. */
export interface FieldDefaults {
  readonly trim: boolean;
  readonly nullIf: readonly string[];
  readonly timezone: string;
  readonly onInvalid: OnInvalid;
  /** By type; `iso` where a type has none. */
  readonly formats: Readonly<Record<string, readonly string[]>>;
  readonly key: readonly string[];
}

export interface FieldContext {
  readonly doc: YamlFile;
  readonly findings: Findings;
  readonly defaults: FieldDefaults;
}

/** The field with what it takes over from its dataset. Reports types, formats, zones and ranges that are wrong. */
export function toField(name: string, written: string | FieldObject, context: FieldContext): Field {
  const { doc, findings, defaults } = context;
  const path: Path = ['fields', name];
  const f: FieldObject = typeof written === 'string' ? {} : written;
  const type = fieldType(
    typeof written === 'string' ? written : f.type,
    typeof written === 'string' ? path : [...path, 'type'],
    context,
  );
  const asText = (value: Json, at: Path): Json =>
    isText(type) && isScalar(value) ? textAsWritten(value, at, doc) : value;

  if (f.from !== undefined && f.coalesce !== undefined) {
    findings.add('LK1030', doc.atKey([...path, 'coalesce']), '"from" and "coalesce" exclude each other', {
      hint: 'from takes the first column that is present, coalesce the first value that is not null; keep one',
    });
  }
  if (f.format !== undefined && !isTemporal(type)) {
    findings.add('LK1019', doc.atKey([...path, 'format']), `"format" means nothing for the type ${type}`, {
      hint: 'It is for date, time, timestamp and timestamptz',
    });
  }
  checkFormats(f.format, [...path, 'format'], context);
  checkTimeZone(f.timezone, [...path, 'timezone'], context);
  checkRange(f.range, [...path, 'range'], context);

  const from = columnNames(f.from, [...path, 'from'], doc);
  const coalesce = columnNames(f.coalesce, [...path, 'coalesce'], doc);
  const computed = f.sql !== undefined && !readsValue(f.sql);
  const fromDeclared = from !== undefined;
  const own = coalesce !== undefined || computed ? [] : [name];
  return defined({
    name,
    type,
    from: from ?? own,
    fromDeclared,
    coalesce: fromDeclared ? undefined : coalesce,
    trim: f.trim ?? defaults.trim,
    nullIf: textsAsWritten(f.null_if, [...path, 'null_if'], doc) ?? defaults.nullIf,
    format: asList(f.format) ?? formatsOf(defaults.formats, type),
    timezone: f.timezone ?? defaults.timezone,
    sql: f.sql,
    default:
      f.default === undefined || f.default === null
        ? undefined
        : asText(f.default as Json, [...path, 'default']),
    required: defaults.key.includes(name) || (f.required ?? false),
    range: f.range as [Json, Json] | undefined,
    values: f.values?.map((value, i) => asText(value, [...path, 'values', i])),
    pattern: f.pattern,
    onInvalid: f.on_invalid ?? defaults.onInvalid,
    references: f.references === undefined ? undefined : toReference(f.references),
    tests: toTests(f.tests, [...path, 'tests'], { doc, findings }),
    description: f.description,
    meta: f.meta as Record<string, Json> | undefined,
    at: doc.atKey(path),
  });
}

function fieldType(written: string | undefined, path: Path, { doc, findings }: FieldContext): string {
  if (written === undefined) return 'varchar';
  const parsed = parseFieldType(written);
  if ('type' in parsed) return parsed.type;
  findings.add('LK1018', doc.at(path), `there is no type "${written}"`, {
    expected: `${PLAIN_TYPES.join(', ')}, decimal(p,s) or list<T>`,
    ...(parsed.hint === undefined ? {} : { hint: parsed.hint }),
  });
  return 'varchar';
}

/** Reports formats that are neither named nor a pattern; also for `formats:` of datasets and folders. */
export function checkFormats(
  written: string | readonly string[] | undefined,
  path: Path,
  { doc, findings }: Pick<FieldContext, 'doc' | 'findings'>,
): void {
  for (const [i, format] of (asList(written) ?? []).entries()) {
    const mistake = formatMistake(format);
    if (mistake)
      findings.add('LK1019', doc.at(typeof written === 'string' ? path : [...path, i]), mistake.message, {
        hint: mistake.hint,
      });
  }
}

/** Reports a time zone that does not exist. */
export function checkTimeZone(
  written: string | undefined,
  path: Path,
  { doc, findings }: Pick<FieldContext, 'doc' | 'findings'>,
): void {
  if (written === undefined || isTimeZone(written)) return;
  const near = nearestTimeZone(written);
  findings.add('LK1029', doc.at(path), `there is no time zone "${written}"`, {
    expected: 'a name such as America/Toronto or UTC',
    hint: near === undefined ? undefined : `Did you mean "${near}"?`,
  });
}

function checkRange(range: FieldObject['range'], path: Path, { doc, findings }: FieldContext): void {
  if (!range) return;
  const [low, high] = range;
  const both = (typeof low === 'number' && typeof high === 'number') || (isDay(low) && isDay(high));
  if (both && low! > high!) {
    findings.add('LK1028', doc.at(path), `the range begins at ${low} and ends at ${high}`, {
      hint: `Write [${high}, ${low}]`,
    });
  }
}

const isDay = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);

/** `matches.match_id` → {dataset, field}. */
function toReference(written: string): NonNullable<Field['references']> {
  const dot = written.indexOf('.');
  return dot === -1
    ? { dataset: written }
    : { dataset: written.slice(0, dot), field: written.slice(dot + 1) };
}

function formatsOf(formats: FieldDefaults['formats'], type: string): readonly string[] {
  const inner = type.replace(/^(list<)+|>+$/g, '');
  return (Object.hasOwn(formats, inner) ? formats[inner] : undefined) ?? ['iso'];
}

/** Names that YAML may have read as numbers, as their author wrote them. */
function columnNames(written: FieldObject['from'], path: Path, doc: YamlFile): readonly string[] | undefined {
  if (written === undefined) return undefined;
  return isScalar(written) ? [textAsWritten(written, path, doc)] : textsAsWritten(written, path, doc);
}
