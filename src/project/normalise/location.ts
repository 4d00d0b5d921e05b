/** The keys of a store in profiles.yml as a location. */
import type { ProfilesFile } from '../schema/profiles.js';
import type { LakeLocation } from '../types.js';
import { defined } from './defined.js';

type Lake = ProfilesFile[string]['outputs'][string]['lake'];
type InBucket = Exclude<Lake, { type: 'local' }>;

export function toLocation(lake: InBucket): LakeLocation;
export function toLocation(lake: Lake): LakeLocation;
export function toLocation(lake: Lake): LakeLocation {
  if (lake.type === 'local') return { type: 'local', path: lake.path };
  const { type, bucket, prefix, endpoint, anonymous } = lake;
  return defined({
    ...{ type, bucket, prefix, endpoint, anonymous },
    ...(lake.type === 'gcs'
      ? { keyFile: lake.key_file, userProject: lake.user_project, kmsKeyName: lake.kms_key_name }
      : { region: lake.region, forcePathStyle: lake.force_path_style, profile: lake.profile }),
  });
}
