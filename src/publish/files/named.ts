/** Where a publication's file lies below its target, and in which format. */
import { LakeError } from '../../errors/lake-error.js';
import { type FileFormat, formatOf } from '../../formats/format.js';
import type { FileKind } from '../../project/publish-types.js';
import type { PublishTask } from '../types.js';

export interface NamedPlace extends FileFormat {
  /** Key of the file, or of the folder of its parts, without a slash at its end. */
  readonly key: string;
  /** Several files in a folder, for tables that are too large for one. */
  readonly inParts: boolean;
}

const USUAL: FileKind = 'parquet';
const ENDING = /\.(?:parquet|csv|json|ndjson|jsonl|geojson)(?:\.gz)?$/i;

/**
 * The format is the one that `format:` names, else that of the name's ending, else the target's. All times are UTC and those of
 * the run, `{version}` is the table's last one that changed rows: a publication that begins anew takes the same names.
 * @throws LakeError LK8033 where the name and the format do not go together.
 */
export function namedPlace(
  task: Pick<PublishTask, 'publication' | 'table' | 'run' | 'startedAt'>,
  usual: FileKind | undefined,
): NamedPlace {
  const { publication, table, run, startedAt } = task;
  const written = publication.spec.path ?? '{name}.{format}';
  const ending = ENDING.exec(written)?.[0];
  const asked = publication.spec.format ?? (ending === undefined ? (usual ?? USUAL) : undefined);
  const [layer, name] = table.table.split('.') as [string, string];
  const at = startedAt.toISOString();
  const values: Readonly<Record<string, string>> = {
    name,
    layer,
    date: at.slice(0, 10),
    time: at.slice(11, 19).replaceAll(':', ''),
    version: String(table.state.dataVersion),
    run,
    format: asked ?? '',
  };
  const filled = written.replaceAll(/\{([a-z]+)\}/g, (whole, one: string) => values[one] ?? whole);
  const inParts = filled.endsWith('/');
  const { format, gzip } = fileFormat(task, filled, asked);
  if (inParts && format === 'geojson')
    throw refused(
      task,
      'GeoJSON is one collection, and no folder of files',
      'Leave out the / at the end of `path:`.',
    );
  return { key: inParts ? filled.slice(0, -1) : filled, inParts, format, gzip };
}

function fileFormat(
  task: Pick<PublishTask, 'publication'>,
  file: string,
  asked: FileKind | undefined,
): FileFormat {
  const lines = asked === 'json' && /\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(file);
  try {
    return formatOf(file.endsWith('/') ? undefined : file, lines ? 'ndjson' : asked);
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    throw refused(task, error.message, 'Leave the .gz out of `path:`, or write csv, json or geojson.');
  }
}

function refused({ publication }: Pick<PublishTask, 'publication'>, what: string, hint: string): LakeError {
  return new LakeError('LK8033', `${publication.id} cannot be named so: ${what}`, { hint });
}
