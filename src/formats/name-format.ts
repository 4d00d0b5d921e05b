/** Which format a published file has, by what is asked for and by its name: a rule for whoever reads the project and whoever writes the file. */
import { LakeError } from '../errors/lake-error.js';
import { type FileFormat, type Format, formatOf } from './format.js';

export interface NameFormat extends FileFormat {
  /** Several files in a folder, for tables that are too large for one. */
  readonly inParts: boolean;
}

export interface FileName {
  /** As it stands in `path:`, placeholders and all; a `/` at its end makes a folder of parts. */
  readonly path: string;
  /** What the publication says. */
  readonly asked: Format | undefined;
  /** What its target says. */
  readonly usual: Format | undefined;
}

/** Formats that tables are published in, by the endings of their files. */
const ENDINGS: Readonly<Record<string, readonly Format[]>> = {
  parquet: ['parquet'],
  csv: ['csv'],
  json: ['json', 'geojson'],
  ndjson: ['ndjson', 'json'],
  jsonl: ['ndjson', 'json'],
  geojson: ['geojson'],
};
/** Endings of what lake writes elsewhere, and programs open by their endings. */
const OTHERS = ['xlsx', 'xls', 'arrow', 'feather', 'duckdb', 'sqlite', 'zip'];
const LINES = /\.(?:ndjson|jsonl)(?:\.gz)?$/i;

/**
 * The format is the one that is asked for, else that of the name's ending, else the target's, else Parquet.
 * @throws LakeError LK8033 where the name and the format do not go together.
 */
export function nameFormat({ path, asked, usual }: FileName): NameFormat {
  const inParts = path.endsWith('/');
  const ending = inParts ? undefined : /\.([a-z][a-z0-9]*)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase();
  const written = ending === undefined || ending === 'gz' ? undefined : ending;
  const own = written === undefined || !Object.hasOwn(ENDINGS, written) ? undefined : ENDINGS[written]!;
  if (written !== undefined && own === undefined && (asked === undefined || OTHERS.includes(written)))
    throw refused(
      `the ending of ${path} is that of no format that tables are published in`,
      `End it with ${Object.keys(ENDINGS)
        .map((name) => `.${name}`)
        .join(', ')}${OTHERS.includes(written) ? '' : ', or say which with `format:`'}.`,
    );
  if (asked !== undefined && own !== undefined && !own.includes(asked))
    throw refused(
      `${path} does not end as a file of ${asked}`,
      `Write \`format: ${own[0] === 'ndjson' ? 'json' : own[0]}\`, or end it with .${asked}.`,
    );
  const format = asked ?? own?.[0] ?? usual ?? 'parquet';
  if (inParts && format === 'geojson')
    throw refused(
      'GeoJSON is one collection, and no folder of files',
      'Leave out the / at the end of `path:`.',
    );
  try {
    return { ...formatOf(inParts ? undefined : path, LINES.test(path) ? 'ndjson' : format), inParts };
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    throw refused(error.message, 'Leave the .gz out of `path:`, or write csv, json or geojson.');
  }
}

const refused = (what: string, hint: string): LakeError => new LakeError('LK8033', what, { hint });
