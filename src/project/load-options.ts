/** What a load is given, and what it gives back. */
import type { Diagnostic } from '../errors/diagnostic.js';
import type { SourceTexts } from '../errors/source-texts.js';
import type { Json, Project, Secrets } from './types.js';

export interface LoadOptions {
  /** Output of profiles.yml; its own `target:` if left out. */
  readonly target?: string;
  /** Values that replace those of `vars:` in project.yml. */
  readonly vars?: Readonly<Record<string, Json>>;
  /** Where `{{env 'X'}}` looks; the process's own environment if left out. */
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of profiles.yml; the project's root if left out. */
  readonly profilesDir?: string;
}

export interface LoadedProject {
  /** What could be understood, also where `diagnostics` holds errors; undefined without a readable project.yml. */
  readonly project: Project | undefined;
  readonly secrets: Secrets;
  /** Sorted by file and line. */
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files, secrets masked, for code frames. */
  readonly sources: SourceTexts;
}
