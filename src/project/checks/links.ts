/** Names of other nodes: `for_each`, `references`, relationships, exposures and unit tests. */
import type { SourceSpan } from '../../errors/diagnostic.js';
import { didYouMean } from '../../errors/nearest.js';
import { writtenRef } from '../../sql/written-ref.js';
import type { Findings } from '../findings.js';
import type { Dataset, TestConfig } from '../types.js';
import type { YamlFile } from '../yaml/yaml-file.js';
import type { NamedNode } from './names.js';

/** All that a name can stand for; files with mistakes count, so that one mistake is not reported twice. */
export interface KnownNames {
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Datasets whose manifest has mistakes and is not among `datasets`. */
  readonly broken: ReadonlySet<string>;
  readonly models: ReadonlySet<string>;
  /** Generic tests of the project's own, whose arguments may mean anything. */
  readonly genericTests: ReadonlySet<string>;
  /** Seeds and snapshots. */
  readonly others: ReadonlyMap<string, NamedNode>;
}

/** Reports names of other nodes in one manifest that nothing has. */
export function checkDatasetLinks(
  dataset: Dataset,
  doc: YamlFile,
  names: KnownNames,
  findings: Findings,
): void {
  checkForEach(dataset, doc, names, findings);
  for (const field of dataset.fields ?? []) {
    for (const test of field.tests) checkTestLink(test, names, findings);
    if (!field.references) continue;
    const at = doc.at(['fields', field.name, 'references']);
    const { dataset: to, field: toField } = field.references;
    if (!isKnown(to, names)) {
      unknownNode('dataset', to, at, [...names.datasets.keys(), ...names.broken], findings);
      continue;
    }
    const parent = names.datasets.get(to);
    const fields = parent?.fields?.map((f) => f.name);
    if (!fields) continue;
    const key = parent?.key?.length === 1 ? parent.key[0]! : undefined;
    const wanted = toField ?? (fields.includes(field.name) ? field.name : (key ?? field.name));
    if (fields.includes(wanted)) continue;
    findings.add('LK1015', at, `the dataset ${to} has no field "${wanted}"`, {
      hint: didYouMean(wanted, fields) ?? `Write ${to}.<field>; the fields are ${fields.join(', ')}`,
    });
  }
  for (const test of dataset.tests) checkTestLink(test, names, findings);
}

function checkForEach({ name, source }: Dataset, doc: YamlFile, names: KnownNames, findings: Findings): void {
  const { forEach } = source;
  if (!forEach) return;
  const parent = names.datasets.get(forEach.dataset);
  if (forEach.dataset === name) {
    findings.add('LK1014', forEach.at, `${name} cannot be read for each row of itself`, {
      hint: 'Name another dataset',
    });
    return;
  }
  if (!parent) {
    if (!names.broken.has(forEach.dataset)) {
      unknownNode(
        'dataset',
        forEach.dataset,
        forEach.at,
        [...names.datasets.keys(), ...names.broken],
        findings,
      );
    }
    return;
  }
  checkUse(source, findings);
  const fields = parent.fields?.map((field) => field.name);
  if (!fields) return;
  const allowed = [...fields, ...(source.family ? [source.family.variable, 'id'] : [])];
  for (const key of ADDRESSES) {
    const written = source[key];
    if (written === undefined) continue;
    const templates = typeof written === 'string' ? [written] : written;
    templates.forEach((template, i) => {
      for (const [, variable] of template.matchAll(/\{([^{}]*)\}/g)) {
        if (allowed.includes(variable!)) continue;
        const list = doc.has(['source', key, i]);
        findings.add(
          'LK1015',
          doc.at(list ? ['source', key, i] : ['source', key]),
          `{${variable}} is no field of ${parent.name}`,
          {
            hint: didYouMean(variable!, allowed) ?? `The fields are ${allowed.join(', ')}`,
          },
        );
      }
    });
  }
}

/** Keys of a source in which a row's values can stand. */
const ADDRESSES = ['files', 'url', 'urls', 'id', 'package'] as const;

/** Reports `for_each` where nothing that is asked for differs from row to row. */
function checkUse({ forEach, family, ...source }: Dataset['source'], findings: Findings): void {
  const own = family ? [family.variable, 'id'] : [];
  const variables = ADDRESSES.flatMap((key) => source[key] ?? []).flatMap((template) =>
    [...template.matchAll(/\{([^{}]*)\}/g)].map(([, variable]) => variable!),
  );
  if (variables.some((variable) => !own.includes(variable))) return;
  findings.add('LK1017', forEach!.at, `nothing of a row of ${forEach!.dataset} stands in the address`, {
    hint: `Write one of its fields into the address, as in {match_id}; else remove "for_each"`,
  });
}

/** Arguments of tests that name another node: `to`, `compare_model`, and whatever is written as ref('…'). */
export function checkTestLink(test: TestConfig, names: KnownNames, findings: Findings): void {
  for (const [key, value] of Object.entries(test.arguments)) {
    if (typeof value !== 'string') continue;
    const name = writtenRef(value);
    const isRef = name !== value.trim();
    const named = (key === 'to' || key === 'compare_model') && !names.genericTests.has(test.test);
    if (isRef || named) checkNode(name, test.spans?.[key]?.value ?? test.at, names, findings);
  }
}

/** Reports a name that no dataset, model, seed or snapshot has. */
export function checkNode(name: string, at: SourceSpan, names: KnownNames, findings: Findings): void {
  const bare = name.replace(/^(bronze|silver|gold)\./, '');
  if (isKnown(bare, names)) return;
  const all = [...names.datasets.keys(), ...names.broken, ...names.models, ...names.others.keys()];
  unknownNode('dataset or model', name, at, all, findings);
}

function isKnown(name: string, { datasets, broken, models, others }: KnownNames): boolean {
  return datasets.has(name) || broken.has(name) || models.has(name) || others.has(name);
}

function unknownNode(
  what: string,
  name: string,
  at: SourceSpan,
  all: readonly string[],
  findings: Findings,
): void {
  const hint = didYouMean(name, all);
  findings.add('LK1014', at, `no ${what} "${name}"`, hint === undefined ? {} : { hint });
}
