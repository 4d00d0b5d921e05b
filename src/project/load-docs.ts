/**
 * Docs blocks: texts in Markdown files beside models and manifests, to be used in descriptions by their name. `{{#docs name}} … {{/docs}}`, or
 * dbt's `{% docs name %} … {% enddocs %}`.
 * Source: https://docs.getdbt.com/docs/build/documentation#using-docs-blocks
 */
import type { SourceSpan } from '../errors/diagnostic.js';
import { didYouMean } from '../errors/nearest.js';
import type { TextReader } from './files/read-text.js';
import type { Findings } from './findings.js';
import { type Path, valueAt, type YamlFile, type YamlValue } from './yaml/yaml-file.js';

export type DocsBlocks = ReadonlyMap<string, { readonly text: string; readonly at: SourceSpan }>;

const BLOCK =
  /\{\{#docs\s+['"]?(\w+)['"]?\s*\}\}([\s\S]*?)\{\{\/docs\s*\}\}|\{%-?\s*docs\s+(\w+)\s*-?%\}([\s\S]*?)\{%-?\s*enddocs\s*-?%\}/g;
/** `{{doc 'name'}}`, `{{ doc('name') }}`, `{{ doc("package", "name") }}`. */
const CALL = /\{\{\s*doc\s*(?:\(\s*)?(?:['"]\w+['"]\s*,\s*)?['"](\w+)['"]\s*(?:\)\s*)?\}\}/g;

/** Every block of these files. Of two with one name the second is reported. */
export async function loadDocs(
  files: readonly string[],
  read: TextReader,
  findings: Findings,
): Promise<DocsBlocks> {
  const blocks = new Map<string, { readonly text: string; readonly at: SourceSpan }>();
  for (const file of files) {
    const text = await read(file);
    for (const found of text?.matchAll(BLOCK) ?? []) {
      const [, name = found[3]!, body = found[4]!] = found;
      const before = text!.slice(0, found.index);
      const at = { file, line: before.split('\n').length, col: found.index - before.lastIndexOf('\n') };
      const first = blocks.get(name);
      if (first) {
        findings.add('LK1012', at, `the docs block "${name}" is already in ${first.at.file}`, {
          hint: `Rename one of them; the other stands in ${first.at.file}:${first.at.line}:${first.at.col}`,
        });
      } else blocks.set(name, { text: body.trim(), at });
    }
  }
  return blocks;
}

/** Whether a value is a description that uses a docs block: nothing else fills its templates. */
export function usesDocs(doc: YamlFile, path: Path): boolean {
  if (path.at(-1) !== 'description') return false;
  const value = valueAt(doc.value, path);
  return typeof value === 'string' && /\{\{\s*doc[\s(]/.test(value);
}

/** The file with the texts of docs blocks in its descriptions. Reports LK1031 for blocks that there are none of. */
export function fillDocs(doc: YamlFile, blocks: DocsBlocks, findings: Findings): YamlFile {
  if (!/\{\{\s*doc[\s(]/.test(doc.text)) return doc;
  const fill = (value: YamlValue, path: Path): YamlValue => {
    if (Array.isArray(value)) return value.map((item, i) => fill(item, [...path, i]));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key])]),
      );
    }
    if (typeof value !== 'string' || path.at(-1) !== 'description') return value;
    return value.replace(CALL, (call, name: string) => {
      const block = blocks.get(name);
      if (block) return block.text;
      findings.add('LK1031', doc.at(path), `no docs block "${name}"`, {
        hint:
          didYouMean(name, blocks.keys()) ??
          `Write {{#docs ${name}}} … {{/docs}} in a Markdown file under models/ or datasets/`,
      });
      return call;
    });
  };
  return doc.withValue(fill(doc.value, []));
}
