/** What YAML says about models, seeds and snapshots: descriptions, columns, tests, settings, unit tests, exposures. */
import type { SourceSpan } from '../../errors/diagnostic.js';
import { didYouMean } from '../../errors/nearest.js';
import { checkNode, checkTestLink, type KnownNames } from '../checks/links.js';
import type { Findings } from '../findings.js';
import type { ModelsFile } from '../schema/models.js';
import type { ColumnProperties, Exposure, Json, TestConfig } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { asList } from './as-written.js';
import { defined } from './defined.js';
import { refName } from './references.js';
import { toTests } from './tests.js';

export interface NodeProperties {
  readonly name: string;
  readonly description?: string;
  readonly columns: readonly ColumnProperties[];
  readonly tests: readonly TestConfig[];
  /** Without tags. */
  readonly config: Readonly<Record<string, Json>>;
  readonly tags: readonly string[];
  readonly path: string;
  /** The name in the properties file. */
  readonly at: SourceSpan;
}

/** Lists of a properties file that describe nodes. */
export type PropertiesKey = 'models' | 'seeds' | 'snapshots';

type Described = Pick<
  NonNullable<ModelsFile['models']>[number],
  'name' | 'description' | 'columns' | 'tests' | 'data_tests' | 'meta'
> & { readonly config?: Readonly<Record<string, unknown>> };

/** One list of a properties file. Reports columns that are described twice. */
export function toProperties(
  file: Partial<Pick<ModelsFile, PropertiesKey>>,
  key: PropertiesKey,
  doc: YamlFile,
  findings: Findings,
): readonly NodeProperties[] {
  return ((file[key] ?? []) as readonly Described[]).map((model, i) => {
    const path: Path = [key, i];
    const { tags, ...config } = model.config ?? {};
    const meta = model.meta ?? config['meta'];
    return defined({
      name: model.name,
      description: model.description,
      columns: toColumns(model, path, doc, findings),
      tests: bothTests(model, path, doc, findings),
      config: defined({ ...config, meta }) as Record<string, Json>,
      tags: asList(tags as string | readonly string[] | undefined) ?? [],
      path: doc.file,
      at: doc.at([...path, 'name']),
    });
  });
}

function toColumns(
  model: Described,
  path: Path,
  doc: YamlFile,
  findings: Findings,
): readonly ColumnProperties[] {
  const seen = new Map<string, SourceSpan>();
  return (model.columns ?? []).flatMap((column, i) => {
    const at = doc.at([...path, 'columns', i, 'name']);
    const first = seen.get(column.name.toLowerCase());
    if (first) {
      findings.add('LK1024', at, `the column "${column.name}" of ${model.name} is described twice`, {
        hint: `Put both into one; the first stands on line ${first.line}`,
      });
      return [];
    }
    seen.set(column.name.toLowerCase(), at);
    return [
      defined({
        name: column.name,
        description: column.description,
        tests: bothTests(column, [...path, 'columns', i], doc, findings, asList(column.tags)),
        meta: column.meta as Record<string, Json> | undefined,
        at,
      }),
    ];
  });
}

/** `tests:` and the newer `data_tests:` mean the same. */
function bothTests(
  written: { readonly tests?: readonly unknown[]; readonly data_tests?: readonly unknown[] },
  path: Path,
  doc: YamlFile,
  findings: Findings,
  tags: readonly string[] = [],
): readonly TestConfig[] {
  const context = { doc, findings, tags };
  return [
    ...toTests(written.tests, [...path, 'tests'], context),
    ...toTests(written.data_tests, [...path, 'data_tests'], context),
  ];
}

/** `exposures:` of one properties file. */
export function toExposures(file: ModelsFile, doc: YamlFile): readonly Exposure[] {
  return (file.exposures ?? []).map((exposure, i) =>
    defined({
      name: exposure.name,
      label: exposure.label,
      type: exposure.type,
      dependsOn: (exposure.depends_on ?? []).map(refName),
      at: doc.at(['exposures', i, 'name']),
    }),
  );
}

/** Names of other nodes in a properties file. */
export function checkPropertyLinks(
  properties: readonly NodeProperties[],
  file: ModelsFile,
  doc: YamlFile,
  names: KnownNames,
  findings: Findings,
): void {
  for (const { tests, columns } of properties) {
    for (const test of [...tests, ...columns.flatMap((column) => column.tests)])
      checkTestLink(test, names, findings);
  }
  for (const [i, test] of (file.unit_tests ?? []).entries()) {
    const model = refName(test.model);
    if (!names.models.has(model)) {
      findings.add('LK1014', doc.at(['unit_tests', i, 'model']), `no model "${model}"`, {
        hint: didYouMean(model, names.models) ?? 'Unit tests of a dataset stand in its manifest',
      });
    }
    test.given.forEach(({ input }, j) => {
      if (input.trim() === 'this') return;
      checkNode(refName(input), doc.at(['unit_tests', i, 'given', j, 'input']), names, findings);
    });
  }
  for (const [i, exposure] of (file.exposures ?? []).entries()) {
    exposure.depends_on?.forEach((name, j) => {
      checkNode(refName(name), doc.at(['exposures', i, 'depends_on', j]), names, findings);
    });
  }
}
