/** Every template of a project, parsed once. */
import type { Diagnostic } from '../errors/diagnostic.js';
import type { Project } from '../project/types.js';
import { INLINE_FILE } from './inline.js';
import { LIBRARY_NAMES } from './library/names.js';
import { type Parse, simpleName } from './template/ast.js';
import { callsAny } from './template/calls.js';
import type { Helper } from './template/helpers/helper.js';
import { loadParser, parseTemplate, type Template } from './template/parse.js';

export interface Templates {
  /** Files by path; a file that could not be parsed is missing. */
  readonly byPath: ReadonlyMap<string, Template>;
  /** `macros/*.hbs` by name. */
  readonly macros: ReadonlyMap<string, Template>;
  /** lake's own macros; empty where no template calls one. */
  readonly library: ReadonlyMap<string, Helper>;
  /** Undefined in a project without any template. */
  readonly parse?: Parse;
}

const NO_LIBRARY: ReadonlyMap<string, Helper> = new Map();

/**
 * Parses macros, models, singular tests and the question `inline`. Handlebars is loaded only where there is such a file; mistakes are
 * reported.
 */
export async function parseTemplates(
  project: Project,
  report: (diagnostic: Diagnostic) => void,
  inline?: string,
): Promise<Templates> {
  const files = [
    ...project.macros.map(({ path, text }) => ({ path, text })),
    ...[...project.models, ...project.singularTests, ...(project.genericTests ?? [])].map(
      ({ path, sql }) => ({ path, text: sql }),
    ),
    ...(inline === undefined ? [] : [{ path: INLINE_FILE, text: inline }]),
  ];
  const byPath = new Map<string, Template>();
  const macros = new Map<string, Template>();
  if (files.length === 0 && !hasHooks(project)) return { byPath, macros, library: NO_LIBRARY };
  const parse = await loadParser();
  for (const { path, text } of files) {
    const template = parseTemplate(path, text, parse, report);
    if (template) byPath.set(path, template);
  }
  for (const { name, kind, path } of project.macros) {
    const template = byPath.get(path);
    if (kind === 'partial' && template) macros.set(name, template);
  }
  return { byPath, macros, library: await libraryFor(byPath.values()), parse };
}

/** Hooks outside of files with SQL: they are parsed when what they belong to is compiled. */
function hasHooks({ seeds, snapshots, onRunStart = [], onRunEnd = [] }: Project): boolean {
  return onRunStart.length + onRunEnd.length > 0 || [...seeds, ...snapshots].some(({ hooks }) => hooks);
}

/** The library's macros, where one of the templates calls one. */
export async function libraryFor(templates: Iterable<Template>): Promise<ReadonlyMap<string, Helper>> {
  for (const { program } of templates) {
    if (callsAny(program, LIBRARY_NAMES)) return (await import('./library/index.js')).library;
  }
  return NO_LIBRARY;
}

/**
 * The layer that a file gives itself: `{{config layer='gold'}}`, written out. It is read before anything is rendered,
 * since every `ref` needs the layers of all models.
 */
export function layerInFile(template: Template | undefined): string | undefined {
  for (const statement of template?.program.body ?? []) {
    if (statement.type !== 'MustacheStatement' || simpleName(statement.path) !== 'config') continue;
    const value = statement.hash?.pairs.find((pair) => pair.key === 'layer')?.value;
    if (value?.type === 'StringLiteral') return value.value;
  }
  return undefined;
}
