/** Every file that a load reads goes through here: its text is kept for code frames, its secrets apart. */
import type { SourceTexts } from '../errors/source-texts.js';
import type { TextReader } from './files/read-text.js';
import type { Findings } from './findings.js';
import { type FillOptions, fillFile } from './template/fill-file.js';
import { maskSecretLines, maskSecrets } from './template/mask.js';
import { parsePlainYaml } from './yaml/plain-yaml.js';
import type { YamlFile } from './yaml/yaml-file.js';

/** Reads and fills files, and remembers what code frames and redaction need of them. */
export class YamlReader {
  readonly readText: TextReader;
  readonly #findings: Findings;
  readonly #texts = new Map<string, string>();
  readonly #written = new Map<string, readonly (readonly [number, number])[]>();
  readonly #secrets = new Set<string>();

  constructor(read: TextReader, findings: Findings) {
    this.#findings = findings;
    this.readText = async (file) => {
      const text = await read(file);
      if (text !== undefined) this.#texts.set(file, text);
      return text;
    };
  }

  /** Undefined, with a diagnostic, for a file that is no readable YAML. */
  async read(file: string): Promise<YamlFile | undefined> {
    const text = await this.readText(file);
    if (text === undefined) return undefined;
    const plain = parsePlainYaml(file, text);
    if (plain) return plain;
    // A project without unusual YAML does not even load the library.
    const { parseYaml } = await import('./yaml/parse-yaml.js');
    const { doc, diagnostics } = parseYaml(file, text);
    this.#findings.addAll(diagnostics);
    this.#texts.set(file, doc ? text : maskSecretLines(text));
    return doc;
  }

  /** The file with its templates filled. */
  fill(doc: YamlFile, options: FillOptions): YamlFile {
    const filled = fillFile(doc, options, this.#findings);
    for (const secret of filled.secrets) this.#secrets.add(secret);
    this.#written.set(doc.file, filled.written);
    return filled.doc;
  }

  textOf(file: string): string | undefined {
    return this.#texts.get(file);
  }

  secretValues(): readonly string[] {
    return [...this.#secrets];
  }

  sources(): SourceTexts {
    const values = this.secretValues();
    return Object.fromEntries(
      [...this.#texts].map(([file, text]) => [
        file,
        maskSecrets(text, this.#written.get(file) ?? [], values),
      ]),
    );
  }
}
