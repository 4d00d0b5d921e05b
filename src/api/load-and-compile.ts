/** Load and compile in one call: what every command begins with. Reads files only. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RunStamp } from '../compile/run-stamp.js';
import type { Graph, InlineQuery, RenderedSql } from '../compile/types.js';
import type { Diagnostic } from '../errors/diagnostic.js';
import { LakeError, ProjectError } from '../errors/lake-error.js';
import type { SourceTexts } from '../errors/source-texts.js';
import type { Json, Project, Secrets, Target } from '../project/types.js';

export interface LoadOptions {
  /** Output of `profiles.yml`; undefined: the profile's own `target`. */
  readonly target?: string;
  readonly vars?: Readonly<Record<string, Json>>;
  readonly env?: NodeJS.ProcessEnv;
  /** A question to compile beside the project: `select * from {{ref 'x'}}`. */
  readonly inline?: string;
}

export interface CompiledProject {
  /** Absolute. */
  readonly root: string;
  readonly project: Project;
  readonly graph: Graph;
  /** The run that the SQL was compiled for. */
  readonly stamp: RunStamp;
  readonly secrets: Secrets;
  /** Warnings; errors are thrown. */
  readonly warnings: readonly Diagnostic[];
  readonly sources: SourceTexts;
  /** The question of `options.inline` as SQL over logical names. */
  readonly inline?: InlineQuery;
}

/**
 * @param root The folder that holds `project.yml`.
 * @throws ProjectError with every mistake of every file; `sources` of the error's `details` is not set, see `ProjectMistakes`.
 * @throws LakeError LK7001 when the folder is no project.
 */
export async function loadAndCompile(root: string, options: LoadOptions = {}): Promise<CompiledProject> {
  const folder = resolve(root);
  assertProject(folder);
  const [{ loadProject }, { compileProject }, { newRunStamp }, { INLINE_FILE }] = await Promise.all([
    import('../project/index.js'),
    import('../compile/index.js'),
    import('../compile/run-stamp.js'),
    import('../compile/inline.js'),
  ]);
  const stamp = newRunStamp(new Date());
  const loaded = await loadProject(folder, options);
  const { project } = loaded;
  const { inline } = options;
  // Mistakes in the question show its own line.
  const sources = inline === undefined ? loaded.sources : { ...loaded.sources, [INLINE_FILE]: inline };
  const compiled = project
    ? await compileProject(project, sources, { env: options.env, stamp, inline, root: folder })
    : undefined;
  const diagnostics = [...loaded.diagnostics, ...(compiled?.diagnostics ?? [])];
  if (!project || !compiled?.graph || diagnostics.some((d) => d.severity === 'error')) {
    const rendered = project && compiled?.rendered && { sql: compiled.rendered, target: project.target };
    throw new ProjectMistakes(diagnostics, sources, rendered && { root: folder, ...rendered });
  }
  return {
    root: folder,
    project,
    graph: compiled.graph,
    stamp,
    secrets: loaded.secrets,
    warnings: diagnostics,
    sources,
    inline: compiled.inline,
  };
}

/** SQL of a project with mistakes that has none itself, and the engine that would parse it. */
export interface UnparsedSql {
  /** Absolute. */
  readonly root: string;
  readonly sql: RenderedSql;
  readonly target: Target;
}

/** A project that cannot be used, with the texts that its diagnostics point into. Printed as it is, it shows none of the project. */
export class ProjectMistakes extends ProjectError {
  readonly #sources: SourceTexts;
  readonly #unparsed: UnparsedSql | undefined;

  constructor(diagnostics: readonly Diagnostic[], sources: SourceTexts, unparsed?: UnparsedSql) {
    super(diagnostics);
    this.#sources = sources;
    this.#unparsed = unparsed;
    const first = diagnostics.find(({ severity }) => severity === 'error');
    if (first) this.message += `: ${placed(first)}`;
  }

  get sources(): SourceTexts {
    return this.#sources;
  }

  /** What no parser has seen yet because of the mistakes. */
  get unparsed(): UnparsedSql | undefined {
    return this.#unparsed;
  }
}

/** `models/gold/x.sql:3:12 LK2001 no dataset or model "trees"` */
function placed({ at, code, message }: Diagnostic): string {
  return `${at ? `${at.file}:${at.line}:${at.col} ` : ''}${code} ${message}`;
}

function assertProject(folder: string): void {
  try {
    readFileSync(resolve(folder, 'project.yml'));
  } catch {
    throw new LakeError('LK7001', `no project.yml in ${folder}`, {
      hint: existsSync(resolve(folder, 'dbt_project.yml'))
        ? 'rename dbt_project.yml to project.yml; docs/dbt.md says what differs'
        : 'run lake in the folder of a project, or name it: `--project-dir path/to/project`',
    });
  }
}
