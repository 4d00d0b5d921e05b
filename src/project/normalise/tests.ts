/** Entries of `tests:` in one shape, wherever their arguments and settings were written. */
import type { Findings } from '../findings.js';
import { COLUMN_TESTS, NEEDED_ARGUMENTS, type TestName } from '../language.js';
import type { TestEntry, TestSettings } from '../schema/tests.js';
import { oneOf } from '../sentence.js';
import type { Json, TestConfig } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { refName } from './references.js';

const SETTINGS = new Set(['arguments', 'name', 'description', 'severity', 'where', 'config']);

export interface TestContext {
  readonly doc: YamlFile;
  readonly findings: Findings;
  /** Whether the tests stand under a field or column, or under the whole table. */
  readonly level: 'column' | 'table';
}

/** The tests of one list; `path` leads to it. Reports entries that hold no or several tests, or lack arguments. */
export function toTests(
  entries: readonly unknown[] | undefined,
  path: Path,
  { doc, findings, level }: TestContext,
): readonly TestConfig[] {
  return (entries ?? []).flatMap((written, i) => {
    const at = [...path, i];
    const named = testOf(written as TestEntry);
    // An entry whose only test was unknown has lost it, and that has been reported.
    if (named.length === 0 && (doc.place(at).children?.size ?? 0) > 0) return [];
    if (named.length !== 1) {
      findings.add('LK1026', doc.at(at), 'an entry of "tests" holds one test', {
        expected: 'the name of a test, or a mapping of one name to its arguments',
        hint: named.length > 1 ? `Begin a new entry for ${named[1]![0]}` : undefined,
      });
      return [];
    }
    const [test, settings] = named[0]!;
    const config = toTest(test, settings, doc.at(at));
    const name = config.test as TestName;
    const needed = NEEDED_ARGUMENTS[name];
    const absent = needed.filter(
      (argument) => !doc.has([...at, test, argument]) && !doc.has([...at, test, 'arguments', argument]),
    );
    if (needed.length > 0 && (name === 'row_count' ? absent.length === needed.length : absent.length > 0)) {
      const what = name === 'row_count' ? oneOf(needed) : absent.join(' and ');
      findings.add('LK1026', config.at, `the test ${name} needs ${what}`, {
        hint: `Write it as ${name}: {${needed.map((argument) => `${argument}: …`).join(', ')}}`,
      });
      return [];
    }
    if (level === 'table' && COLUMN_TESTS.includes(name) && !Object.hasOwn(config.arguments, 'column_name')) {
      findings.add('LK1026', config.at, `the test ${name} judges a column, and none is named`, {
        hint: 'Write it under a field or column, or add column_name',
      });
      return [];
    }
    return [config];
  });
}

function testOf(entry: TestEntry): readonly (readonly [string, TestSettings])[] {
  if (typeof entry === 'string') return [[entry, {}]];
  return Object.entries(entry).map(([name, settings]) => [name, settings ?? {}]);
}

function toTest(test: string, settings: TestSettings, at: TestConfig['at']): TestConfig {
  const inline = Object.entries(settings).filter(([key]) => !SETTINGS.has(key));
  const args = { ...Object.fromEntries(inline), ...settings.arguments } as Record<string, Json>;
  const where = settings.where ?? settings.config?.where;
  if (typeof args.to === 'string') args.to = refName(args.to);
  return {
    test,
    arguments: args,
    severity: settings.severity ?? settings.config?.severity ?? 'error',
    ...(settings.name === undefined ? {} : { name: settings.name }),
    ...(where === undefined ? {} : { where }),
    at,
  };
}
