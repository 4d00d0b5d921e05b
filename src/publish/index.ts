/** The kinds of targets, each loaded when something goes there. */
import { LakeError } from '../errors/lake-error.js';
import type { PublishTarget } from '../project/publish-types.js';
import type { Publish } from './types.js';

/** @throws LakeError LK8000 for a kind that takes no tables. */
export async function publisherOf(type: PublishTarget['type']): Promise<Publish> {
  throw new LakeError('LK8000', `a publish target of type ${type} takes no tables`, {
    hint: 'Use postgres, files, gcs, s3, duckdb or sqlite',
  });
}
