/** What a disk or an object store refused, told of a publication: the lake's own hints speak of the lake. */
import { LakeError } from '../errors/lake-error.js';
import { fileError } from '../lakehouse/stores/file-error.js';

const HINTS: Readonly<Record<string, string>> = {
  LK6001: 'Free some space there, then run `lake publish`; what was published before is intact.',
  LK6002: 'Let this user write there, or choose another `path:` of the publish target in profiles.yml.',
  LK6003: 'Raise the limit (`ulimit -n 4096`), then run `lake publish`.',
  LK6005: 'Use a shorter `path:`, or a folder nearer to the root.',
  LK6006:
    'Names at a publish target lie below its folder, and none begins with a dot; no symbolic link leads out of it.',
  LK6007:
    'See whether a folder lies there under the name of the file, or a file under that of a folder: move it away, or choose another `path:`.',
  LK6011: 'Make the bucket, or correct `bucket:` of the publish target in profiles.yml.',
  LK6015: 'Check the network and `endpoint:` of the publish target in profiles.yml, then run `lake publish`.',
  LK6016: 'Run `lake publish` later; what was published before is intact.',
  LK6017:
    'Run `lake publish` again; when it happens twice, look at what lies between this machine and the bucket.',
  LK6018: 'Check the settings of the bucket, and the publish target in profiles.yml.',
};

/**
 * Does something at the target.
 * @param what Is published, for people: a publication, a file.
 * @throws LakeError LK8030 where it refuses, LK8031 (transient) where it may do another time.
 */
export async function atTarget<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw targetError(error, what);
  }
}

/** Errors of other kinds are left as they are. */
export function targetError(error: unknown, what: string): unknown {
  if (!(error instanceof LakeError) && !isSystemError(error)) return error;
  const cause = fileError(error, 'write', what);
  if (!cause.code.startsWith('LK60')) return cause;
  const said =
    cause.code === 'LK6006' ? cause.message.replace('the lake', 'the publish target') : cause.message;
  return new LakeError(cause.transient ? 'LK8031' : 'LK8030', `${what} was not published: ${said}`, {
    hint: HINTS[cause.code] ?? cause.hint ?? 'Check the publish target in profiles.yml.',
    transient: cause.transient,
    details: { ...cause.details, because: cause.code },
    cause,
  });
}

const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;
