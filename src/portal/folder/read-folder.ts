/** Reads `portal.yml` of a folder: YAML, schema, files on disk. All mistakes are reported together, with their place. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { PortalFolder } from '../types.js';
import type { Mistake } from './mistake.js';
import { resolvePortal } from './resolve.js';
import type { PortalYaml } from './schema.js';

/**
 * The portal that a folder describes, resolved to one day.
 * @param folder the folder that holds `portal.yml`.
 * @param day overrides the file's own `day`; a table serves its newest day that is not after it.
 * @throws LakeError LK7100 without a portal.yml, LK7101 with every mistake in it as `portal.yml:line:col message`,
 *   LK7102 when it names a file that is not there.
 */
export async function readPortalFolder(folder: string, day?: number): Promise<PortalFolder> {
  const file = path.resolve(folder, 'portal.yml');
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new LakeError('LK7100', `There is no portal.yml in ${path.resolve(folder)}`, {
      hint: 'Name a folder that holds one, or let `lake portal --sample` make it.',
      cause: error,
    });
  });

  const { LineCounter, parseDocument } = await import('yaml');
  const { placeOf } = await import('./locate.js');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  if (document.errors.length > 0) {
    const places = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return `portal.yml:${line}:${col} ${error.message.replace(/\s+/g, ' ')}`;
    });
    throw new LakeError('LK7101', places.join('\n'), { hint: 'Correct the YAML.' });
  }

  const { portalYaml } = await import('./schema.js');
  const parsed = portalYaml.safeParse(document.toJS());
  const report = (code: string, mistakes: readonly Mistake[]): never => {
    const places = mistakes.map((m) => `portal.yml:${placeOf(document, lines, m.path)} ${m.message}`);
    throw new LakeError(code, places.join('\n'), { hint: mistakes.find((m) => m.hint !== undefined)?.hint });
  };
  if (!parsed.success) return report('LK7101', parsed.error.issues.flatMap(mistakesOf));

  const yaml: PortalYaml = parsed.data;
  const { portal, mistakes, missing } = await resolvePortal(yaml, file, day ?? yaml.day);
  if (mistakes.length > 0) return report('LK7101', mistakes);
  if (missing.length > 0) return report('LK7102', missing);
  return portal;
}

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
}

const knownKeys =
  'root day origins faults seed type gzip down internal_origin packages datasets repos tokens folder files resources table days columns drop records spread dialect counted updated_at file filename cap cache_copies row_identifier recorded cassettes answers status content_type result_of'.split(
    ' ',
  );

function mistakesOf(issue: Issue): Mistake[] {
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      path: [...issue.path, key],
      message: `unknown key "${key}"`,
      hint: didYouMean(key, knownKeys),
    }));
  }
  const inner = nearestBranch(issue);
  if (inner !== undefined) {
    return inner.flatMap((nested) => mistakesOf({ ...nested, path: [...issue.path, ...nested.path] }));
  }
  const where = issue.path.length === 0 ? 'portal.yml' : `"${String(issue.path.at(-1))}"`;
  return [{ path: issue.path, message: `${where}: ${issue.message}` }];
}

/** Of the ways in which a value may be written, the one that fits furthest: what the user meant, most likely. */
function nearestBranch(issue: Issue): readonly Issue[] | undefined {
  const depth = (branch: readonly Issue[]) => Math.max(0, ...branch.map((nested) => nested.path.length));
  const [nearest] = [...(issue.errors ?? [])].sort((a, b) => depth(b) - depth(a));
  return nearest !== undefined && depth(nearest) > 0 ? nearest : undefined;
}
