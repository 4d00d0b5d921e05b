/** Entries of `tests:` in one shape, wherever their arguments and settings were written. */
import type { SourceSpan } from '../../errors/diagnostic.js';
import type { Findings } from '../findings.js';
import { TEST_SETTINGS } from '../language.js';
import type { TestEntry, WrittenTest } from '../schema/tests.js';
import type { Json, TestConfig } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';
import { toTestSettings } from './test-settings.js';

const SETTINGS = new Set<string>([
  ...TEST_SETTINGS,
  'arguments',
  'name',
  'test_name',
  'description',
  'config',
]);

export interface TestContext {
  readonly doc: YamlFile;
  readonly findings: Findings;
  /** Tags of the column: its tests have them, too. */
  readonly tags?: readonly string[];
}

/** The tests of one list; `path` leads to it. Reports entries that hold no or several tests. */
export function toTests(
  entries: readonly unknown[] | undefined,
  path: Path,
  { doc, findings, tags = [] }: TestContext,
): readonly TestConfig[] {
  return (entries ?? []).flatMap((written, i) => {
    const at = [...path, i];
    const named = testOf(written as TestEntry);
    // An entry whose only test was wrong has lost it, and that has been reported.
    if (named.length === 0 && (doc.place(at).children?.size ?? 0) > 0) return [];
    if (named.length !== 1) {
      findings.add('LK1026', doc.at(at), 'an entry of "tests" holds one test', {
        expected: 'the name of a test, or a mapping of one name to its arguments',
        hint: named.length > 1 ? `Begin a new entry for ${named[1]!.name}` : undefined,
      });
      return [];
    }
    const { name, settings, inner } = named[0]!;
    return [toTest(name, settings, tags, doc.at(at), spansOf(settings, [...at, ...inner], doc))];
  });
}

interface NamedTest {
  readonly name: string;
  readonly settings: WrittenTest;
  /** From the entry to the mapping of arguments. */
  readonly inner: Path;
}

function testOf(entry: TestEntry): readonly NamedTest[] {
  if (typeof entry === 'string') return [{ name: entry, settings: {}, inner: [] }];
  if (typeof entry['test_name'] === 'string')
    return [{ name: entry['test_name'], settings: entry as WrittenTest, inner: [] }];
  return Object.entries(entry).map(([name, settings]) => ({
    name,
    settings: (settings ?? {}) as WrittenTest,
    inner: [name],
  }));
}

function toTest(
  test: string,
  written: WrittenTest,
  columnTags: readonly string[],
  at: SourceSpan,
  spans: TestConfig['spans'],
): TestConfig {
  const inline = Object.entries(written).filter(([key]) => !SETTINGS.has(key));
  const args = { ...Object.fromEntries(inline), ...written.arguments } as Record<string, Json>;
  const settings = toTestSettings({ ...written.config, ...written });
  const tags = [...new Set([...columnTags, ...(settings.tags ?? [])])];
  return {
    test,
    arguments: args,
    ...settings,
    ...(tags.length > 0 && { tags }),
    ...(written.name === undefined ? {} : { name: written.name }),
    ...(written.description === undefined ? {} : { description: written.description }),
    at,
    ...(Object.keys(spans ?? {}).length > 0 && { spans }),
  };
}

function spansOf(written: WrittenTest, path: Path, doc: YamlFile): TestConfig['spans'] {
  const spans: Record<string, { key: SourceSpan; value: SourceSpan }> = {};
  const add = (keys: object | undefined, at: Path): void => {
    for (const key of Object.keys(keys ?? {}))
      spans[key] = { key: doc.atKey([...at, key]), value: doc.at([...at, key]) };
  };
  const { arguments: args, config, ...inline } = written;
  add(inline, path);
  add(args, [...path, 'arguments']);
  add(config, [...path, 'config']);
  return spans;
}
