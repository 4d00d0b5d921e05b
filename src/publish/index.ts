/** The kinds of targets, each loaded when something goes there. */
import { LakeError } from '../errors/lake-error.js';
import type { PublishTarget } from '../project/publish-types.js';
import type { DatabaseTask } from './database/database-file.js';
import type { FilesTarget } from './files/index.js';
import type { PostgresTarget } from './postgres/wanted.js';
import type { Publish, PublishTask, PublishTogether } from './types.js';

/** How a kind of target takes tables: each by itself, or all that are due at once. */
export type Publisher =
  | { readonly publish: Publish; readonly publishTogether?: undefined }
  | { readonly publish?: undefined; readonly publishTogether: PublishTogether };

/** @throws LakeError LK8000 for a kind that takes no tables. */
export async function publisherOf(type: PublishTarget['type']): Promise<Publisher> {
  if (type === 'files' || type === 'gcs' || type === 's3') {
    const { publishFiles } = await import('./files/index.js');
    return { publish: (task) => publishFiles(task as PublishTask<FilesTarget>) };
  }
  if (type === 'postgres') {
    const { publishPostgres } = await import('./postgres/index.js');
    return { publish: (task) => publishPostgres(task as PublishTask<PostgresTarget>) };
  }
  if (type === 'duckdb' || type === 'sqlite') {
    const { publishDatabase } = await import('./database/index.js');
    return { publishTogether: (tasks) => publishDatabase(tasks as readonly DatabaseTask[]) };
  }
  throw new LakeError('LK8000', `a publish target of type ${type} takes no tables`, {
    hint: 'Use postgres, files, gcs, s3, duckdb or sqlite',
  });
}
