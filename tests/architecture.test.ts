import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

interface Import {
  /** Relative to `src`, with `/`. */
  readonly from: string;
  readonly to: string;
  /** `value` also for what is imported lazily. */
  readonly kind: 'type' | 'value';
}

/** `import … from '…'`, `export … from '…'`, `import '…'`, each at the beginning of a line. */
const STATEMENT = /^(?:import|export)\s+(?:([^'";]*?)\s*from\s*)?'([^']+)'/gm;
/** `import('…')`, which is a type after `typeof` or before a member's name. */
const CALL = /(typeof\s+)?\bimport\(\s*'([^']+)'\s*\)(\.[A-Z])?/g;

/** What a file imports from within `src`, in whatever way it is written. */
function importsOf(from: string): readonly Import[] {
  const path = join(src, from);
  const text = readFileSync(path, 'utf8');
  const written = [
    ...[...text.matchAll(STATEMENT)].map(([, names, to]) => ({ to: to!, isType: namesTypesOnly(names) })),
    ...[...text.matchAll(CALL)].map(([, of, to, member]) => ({ to: to!, isType: Boolean(of ?? member) })),
  ];
  return written.flatMap(({ to, isType }): readonly Import[] => {
    const target = resolve(dirname(path), to).replace(/\.js$/, '.ts');
    // Whatever else is named so (a package, package.json) is no module of ours.
    if (!to.startsWith('.') || !existsSync(target) || relative(src, target).startsWith('..')) return [];
    const kind = isType ? 'type' : 'value';
    return [{ from, to: relative(src, target).split(sep).join('/'), kind }];
  });
}

/** `type { A }`, `type * as a`, `{ type A, type B }`. */
function namesTypesOnly(names = ''): boolean {
  if (/^type\s/.test(names)) return true;
  const [, inner] = /^\{([^}]*)\}$/.exec(names) ?? [];
  const each = inner?.split(',').filter((name) => name.trim() !== '') ?? [];
  return each.length > 0 && each.every((name) => /^\s*type\s/.test(name));
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(sep).join('/'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
const imports = files.flatMap(importsOf);

/** `run/build.ts` → `run`; the files beside the folders are `src`. */
const folderOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : 'src');

/** Rows `| folder | values from | types from |` of the section in docs/architecture.md; values include types. */
function allowedArrows(): ReadonlySet<string> {
  const [, section] = readFileSync(join(root, 'docs/architecture.md'), 'utf8').split(
    '## Who may import whom\n',
  );
  const rows = (section ?? '').split('\n## ')[0]!.matchAll(/^\| `(\w+)` \|([^|]*)\|([^|]*)\|$/gm);
  const names = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
  return new Set(
    [...rows].flatMap(([, from, values, types]) => [
      ...names(values!).flatMap((to) => [`${from} → ${to} (value)`, `${from} → ${to} (type)`]),
      ...names(types!).map((to) => `${from} → ${to} (type)`),
    ]),
  );
}

/** The first way from a file back to itself, by imports of any kind. */
function firstCycle(): readonly string[] {
  const targets = new Map(files.map((file) => [file, imports.filter(({ from }) => from === file)]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const { to } of targets.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  return files.map((file) => visit(file, [])).find((cycle) => cycle.length > 0) ?? [];
}

describe('the folders of src', () => {
  it('import each other only where docs/architecture.md allows it', () => {
    const allowed = allowedArrows();
    const others = imports.filter(({ from, to }) => folderOf(from) !== folderOf(to));
    expect(others.length).toBeGreaterThan(100);
    const forbidden = others
      .filter(({ from, to, kind }) => !allowed.has(`${folderOf(from)} → ${folderOf(to)} (${kind})`))
      .map(({ from, to, kind }) => `${from} → ${to} (${kind})`);
    expect(forbidden).toEqual([]);
  });

  it('have no cycle of imports, of types neither', () => {
    expect(firstCycle()).toEqual([]);
  });
});
