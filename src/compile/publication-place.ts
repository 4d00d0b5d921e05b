/** Where a publication comes to lie, whatever target names it: two of one place would replace one another. */
import { posix, resolve } from 'node:path';
import type { PublishTarget } from '../project/types.js';
import type { PublicationNode } from './types.js';

export interface PublicationPlace {
  /** Equal for publications of one table or file. */
  readonly place: string;
  /** The database file that the table is in. */
  readonly file?: string;
}

/**
 * @param root Of the project, absolute: paths of targets lie below it.
 * @returns For Postgres the publication's own id: which database a dsn names only the server can tell.
 */
export function placeOf(
  { id, to }: Pick<PublicationNode, 'id' | 'to'>,
  target: PublishTarget,
  root: string,
): PublicationPlace {
  const name = id.slice(to.length + 1);
  switch (target.type) {
    case 'files':
      return { place: resolve(root, target.path, name) };
    case 'gcs':
    case 's3': {
      const { endpoint = '', bucket = '', prefix = '' } = target.location;
      const key = posix.join('/', bucket, prefix, name).replace(/\/$/, '');
      return { place: `${target.type}:${endpoint.replace(/\/$/, '')}${key}` };
    }
    case 'duckdb':
    case 'sqlite': {
      const file = resolve(root, target.path);
      return { place: `${file}: ${name.toLowerCase()}`, file };
    }
    default:
      return { place: id };
  }
}
