/** Values that YAML reads in more than one way, taken in one. */
import type { Path, YamlFile } from '../yaml/yaml-file.js';

/** One value or a list of values, as a list. */
export function asList<T>(written: T | readonly T[] | undefined): readonly T[] | undefined {
  if (written === undefined) return undefined;
  return Array.isArray(written) ? (written as readonly T[]) : [written as T];
}

/** `null_if: [-99, 1.0]` means the texts `-99` and `1.0`. */
export function textsAsWritten(
  written: readonly (string | number)[] | undefined,
  path: Path,
  doc: YamlFile,
): readonly string[] | undefined {
  return written?.map((value, i) => textAsWritten(value, [...path, i], doc));
}

/** A scalar that YAML may have read as a number or a flag, as its author wrote it. */
export function textAsWritten(value: string | number | boolean, path: Path, doc: YamlFile): string {
  return typeof value === 'string' ? value : (doc.written(path) ?? String(value));
}

/** Text, number or flag: neither empty nor a list or mapping. */
export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
