/** Where a publication's file lies below its target, and in which format. */
import { type NameFormat, nameFormat } from '../../formats/name-format.js';
import type { FileKind } from '../../project/publish-types.js';
import type { PublishTask } from '../types.js';

export interface NamedPlace extends NameFormat {
  /** Key of the file, or of the folder of its parts, without a slash at its end. */
  readonly key: string;
}

/**
 * All times are UTC and those of the run, `{version}` is the table's last one that changed rows: a publication that begins anew
 * takes the same names.
 * @throws LakeError LK8033 where the name and the format do not go together.
 */
export function namedPlace(
  { publication, table, run, startedAt }: Pick<PublishTask, 'publication' | 'table' | 'run' | 'startedAt'>,
  usual: FileKind | undefined,
): NamedPlace {
  const { path: written = '{name}.{format}', format: asked } = publication.spec;
  const [layer, name] = table.table.split('.') as [string, string];
  const at = startedAt.toISOString();
  const formatted = nameFormat({ path: written, asked, usual });
  const values: Readonly<Record<string, string>> = {
    name,
    layer,
    date: at.slice(0, 10),
    time: at.slice(11, 19).replaceAll(':', ''),
    version: String(table.state.dataVersion),
    run,
    format: asked ?? formatted.format,
  };
  const filled = written.replaceAll(/\{([a-z]+)\}/g, (whole, one: string) => values[one] ?? whole);
  return { ...formatted, key: formatted.inParts ? filled.slice(0, -1) : filled };
}
