/** Fills the templates of a whole YAML file, and keeps its secrets apart. */
import type { Findings } from '../findings.js';
import { mayHoldSecrets } from '../secret-places.js';
import type { Path, Place, YamlFile, YamlValue } from '../yaml/yaml-file.js';
import { fillScalar, hasTemplate, type TemplateValues } from './scalar-template.js';

export interface FillOptions extends TemplateValues {
  /** True for values that nothing reads in this run: their templates stay as they are. */
  readonly isOpen?: (path: Path) => boolean;
  /** True for values that no message may show. */
  readonly isSecret?: (path: Path) => boolean;
  /** True: a secret whose environment variable is not set is empty, because nothing will be sent. */
  readonly secretsMayBeMissing?: boolean;
}

export interface FilledFile {
  readonly doc: YamlFile;
  /** Values at secret places, not empty. */
  readonly secrets: readonly string[];
  /** Offsets of secrets that are written into the file itself. */
  readonly written: readonly (readonly [start: number, end: number])[];
}

/** The file with its templates replaced. Reports templates that cannot be read, unknown vars and unset variables. */
export function fillFile(doc: YamlFile, options: FillOptions, findings: Findings): FilledFile {
  if (!hasTemplate(doc.text) && !mayHoldSecrets(doc.text)) return { doc, secrets: [], written: [] };
  const secrets: string[] = [];
  const written: (readonly [number, number])[] = [];

  const fill = (value: YamlValue, place: Place | undefined, path: Path): YamlValue => {
    if (Array.isArray(value)) {
      return value.map((item, i) => fill(item, place?.children?.get(String(i)), [...path, i]));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          fill(item, place?.children?.get(key), [...path, key]),
        ]),
      );
    }
    const secret = options.isSecret?.(path) ?? false;
    if (typeof value !== 'string' || !hasTemplate(value)) {
      if (secret && place && value !== null) {
        secrets.push(String(value));
        written.push([place.start, place.end]);
      }
      return value;
    }
    if (options.isOpen?.(path)) {
      if (place) place.template = 'open';
      return value;
    }
    const filled = fillScalar(value, options);
    if (place) place.template = filled.ok ? 'filled' : 'open';
    if (!filled.ok) {
      if (secret && options.secretsMayBeMissing && filled.code === 'LK1021') return '';
      findings.add(
        filled.code,
        doc.at(path),
        filled.message,
        filled.hint === undefined ? {} : { hint: filled.hint },
      );
      return value;
    }
    if (secret && filled.value !== null) secrets.push(String(filled.value));
    return filled.value as YamlValue;
  };

  const value = fill(doc.value, doc.root, []);
  return {
    doc: doc.withValue(value),
    secrets: secrets.filter((secret) => secret !== ''),
    written,
  };
}
