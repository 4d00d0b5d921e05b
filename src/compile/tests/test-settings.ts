/**
 * Settings of tests: those of their folder, of their own file, of the entry in YAML; the last wins.
 * Source: https://docs.getdbt.com/reference/data-test-configs
 */

import type { SourceSpan } from '../../errors/diagnostic.js';
import { didYouMean } from '../../errors/nearest.js';
import { TEST_SETTINGS_OF_DBT } from '../../errors/of-dbt.js';
import type { Json, TestDefaults, TestSettings } from '../../project/types.js';
import { isThreshold, THRESHOLD_EXPECTED } from '../../quality/threshold.js';
import type { RenderSetting } from '../render-setting.js';
import type { Asked } from '../template/helpers/helper.js';

/** Settings that hold for tests of a file, by its path: `models/gold/_gold.yml`, `tests/data/x.sql`. */
export function folderSettings(
  defaults: readonly TestDefaults[] = [],
): (file: string, name?: string) => TestSettings {
  const known = new Map<string, TestSettings>();
  return (file, name) => {
    if (defaults.length === 0) return {};
    const folders = file.split('/').slice(1, -1);
    const stem = file.slice(file.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
    const path = [...folders, name ?? stem].join('/');
    // dbt has no tests/data: what holds for tests/ holds for it as well.
    const paths = file.startsWith('tests/data/') ? [path, path.slice('data/'.length)] : [path];
    const found = known.get(path);
    if (found) return found;
    const settings = defaults
      .filter(
        ({ folder }) => folder === '' || paths.some((one) => one === folder || one.startsWith(`${folder}/`)),
      )
      .reduce<TestSettings>((outer, { settings: inner }) => mergeSettings(outer, inner), {});
    known.set(path, settings);
    return settings;
  };
}

/** As dbt merges: tags add up, of `meta` the nearest value of each key counts, of all others the nearest. */
export function mergeSettings(outer: TestSettings, inner: TestSettings): TestSettings {
  const tags = [...new Set([...(outer.tags ?? []), ...(inner.tags ?? [])])];
  return {
    ...outer,
    ...inner,
    ...(tags.length > 0 && { tags }),
    ...((outer.meta ?? inner.meta) && { meta: { ...outer.meta, ...inner.meta } }),
  };
}

type Kind = 'severity' | 'text' | 'threshold' | 'count' | 'flag' | 'names' | 'mapping' | 'store';

const KEYS: Readonly<Record<string, { readonly kind: Kind; readonly as: keyof TestSettings }>> = {
  severity: { kind: 'severity', as: 'severity' },
  where: { kind: 'text', as: 'where' },
  limit: { kind: 'count', as: 'limit' },
  warn_if: { kind: 'threshold', as: 'warnIf' },
  error_if: { kind: 'threshold', as: 'errorIf' },
  fail_calc: { kind: 'text', as: 'failCalc' },
  store_failures: { kind: 'flag', as: 'storeFailures' },
  store_failures_as: { kind: 'store', as: 'storeFailures' },
  tags: { kind: 'names', as: 'tags' },
  meta: { kind: 'mapping', as: 'meta' },
  enabled: { kind: 'flag', as: 'enabled' },
};

const EXPECTED: Readonly<Record<Kind, string>> = {
  severity: 'warn or error',
  text: 'text',
  threshold: THRESHOLD_EXPECTED,
  count: 'a whole number above 0',
  flag: 'true or false',
  names: "a name or a list of names: (list 'a' 'b')",
  mapping: 'a mapping',
  store: 'table, view or ephemeral',
};

/** `{{config severity='warn' …}}` of a test's own file. Reports keys that tests do not have, and wrong values. */
export function settingsInFile(asked: Asked, report: RenderSetting['report']): TestSettings {
  const settings: Record<string, unknown> = {};
  for (const [key, { value, at }] of asked.config) {
    const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (!known) {
      const hint =
        TEST_SETTINGS_OF_DBT[key] ??
        didYouMean(key, Object.keys(KEYS)) ??
        `Settings are ${Object.keys(KEYS).join(', ')}`;
      report({
        code: 'LK2020',
        severity: 'error',
        message: `a test has no configuration "${key}"`,
        at,
        hint,
      });
      continue;
    }
    const read = valueFor(known.kind, value);
    if (read !== undefined) settings[known.as] = read;
    else {
      const message = `${key} is ${JSON.stringify(value)}, expected ${EXPECTED[known.kind]}`;
      report({ code: 'LK2021', severity: 'error', message, at });
    }
  }
  return settings;
}

function valueFor(kind: Kind, value: Json): unknown {
  switch (kind) {
    case 'severity': {
      const severity = typeof value === 'string' ? value.toLowerCase() : '';
      return severity === 'warn' || severity === 'error' ? severity : undefined;
    }
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'threshold':
      return typeof value === 'string' && isThreshold(value) ? value : undefined;
    case 'count':
      return Number.isInteger(value) && Number(value) > 0 ? value : undefined;
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'names': {
      const names = Array.isArray(value) ? (value as readonly Json[]) : [value];
      return names.every((name) => typeof name === 'string') ? names : undefined;
    }
    case 'mapping':
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
    case 'store':
      return ['table', 'view', 'ephemeral'].includes(String(value)) ? value !== 'ephemeral' : undefined;
  }
}

/** Reports a `warn_if` or `error_if` out of YAML that is none; true when both are right. */
export function checkThresholds(
  settings: TestSettings,
  placeOf: (key: string) => SourceSpan,
  report: RenderSetting['report'],
): boolean {
  const written = { warn_if: settings.warnIf, error_if: settings.errorIf };
  const wrong = Object.entries(written).filter(([, text]) => text !== undefined && !isThreshold(text));
  for (const [key, text] of wrong) {
    report({
      code: 'LK2021',
      severity: 'error',
      message: `${key} is "${text}", expected ${THRESHOLD_EXPECTED}`,
      at: placeOf(key),
    });
  }
  return wrong.length === 0;
}
