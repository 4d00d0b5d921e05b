/** Reads `portal.yml` of a folder: YAML, schema, files on disk. All mistakes are reported together, with their place. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../../errors/diagnostic.js';
import { LakeError } from '../../errors/lake-error.js';
import type { PortalFolder } from '../types.js';
import type { Issue } from './in-words.js';
import type { Span } from './locate.js';
import type { Mistake } from './mistake.js';
import { PortalMistakes } from './portal-mistakes.js';
import { resolvePortal } from './resolve.js';
import type { PortalYaml } from './schema.js';

/**
 * The portal that a folder describes, resolved to one day.
 * @param folder the folder that holds `portal.yml`.
 * @param day overrides the file's own `day`; a table serves its newest day that is not after it.
 * @throws LakeError LK7100 without a portal.yml, PortalMistakes: LK7101 with every mistake in it, LK7102 when it
 *   names files that are not there.
 */
export async function readPortalFolder(folder: string, day?: number): Promise<PortalFolder> {
  const file = path.resolve(folder, 'portal.yml');
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new LakeError('LK7100', `There is no portal.yml in ${path.resolve(folder)}`, {
      hint: 'Name a folder that holds one, or let `lake portal --sample` make it.',
      cause: error,
    });
  });

  const { parseDocument } = await import('yaml');
  const { LineStarts } = await import('../../project/yaml/yaml-file.js');
  const lines = new LineStarts(text);
  const shown = shownPath(file);
  const refuse = (code: string, mistakes: readonly (Mistake & Span)[]): never => {
    const diagnostics = mistakes.map(
      ({ start, end, message, expected, hint }): Diagnostic => ({
        code,
        severity: 'error',
        message,
        at: lines.span(shown, start, end),
        ...(expected !== undefined && { expected }),
        ...(hint !== undefined && { hint }),
      }),
    );
    throw new PortalMistakes(code, diagnostics, { [shown]: text });
  };

  const document = parseDocument(text, { prettyErrors: false, merge: true });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { explainSyntaxError } = await import('../../project/yaml/syntax-errors.js');
    refuse('LK7101', [{ path: [], ...explainSyntaxError(broken, document, text) }]);
  }

  const { spanOf } = await import('./locate.js');
  const { portalYaml } = await import('./schema.js');
  const located = (mistake: Mistake) => ({
    ...mistake,
    ...spanOf(document, mistake.path, mistake.point ?? 'value'),
  });
  const value: unknown = document.toJS();
  const parsed = portalYaml.safeParse(value);
  if (!parsed.success) {
    const { mistakesOf } = await import('./in-words.js');
    return refuse(
      'LK7101',
      parsed.error.issues.flatMap((issue) => mistakesOf(issue as Issue, value)).map(located),
    );
  }

  const yaml: PortalYaml = parsed.data;
  const { portal, mistakes, missing } = await resolvePortal(yaml, file, day ?? yaml.day);
  if (mistakes.length > 0) return refuse('LK7101', mistakes.map(located));
  if (missing.length > 0) return refuse('LK7102', missing.map(located));
  return portal;
}

/** From the working directory where the file lies below it. */
function shownPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
