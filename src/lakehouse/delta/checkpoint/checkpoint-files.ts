/**
 * Which files of a log are a version's checkpoint: one, or several that are all there. Pure.
 * Source: Delta protocol, "Checkpoint Naming Scheme", https://github.com/delta-io/delta/blob/master/PROTOCOL.md#checkpoint-naming-scheme
 */

const CLASSIC = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/;
const BY_UUID = /^(\d{20})\.checkpoint\.[0-9a-f-]{36}\.(?:parquet|json)$/;

/** Whether there is any file of a checkpoint of that version, which was therefore published. @param name Of a file in the log. */
export function checkpointedVersion(name: string): number | undefined {
  const [, version] = CLASSIC.exec(name) ?? BY_UUID.exec(name) ?? [];
  return version === undefined ? undefined : Number(version);
}

/** Names of the files that are a version's checkpoint together; undefined where there is none that is whole. */
export function checkpointFiles(names: readonly string[], version: number): readonly string[] | undefined {
  const parts = names.flatMap((name) => {
    const [, of, part, count] = CLASSIC.exec(name) ?? [];
    return Number(of) === version ? [{ name, part: Number(part ?? 1), count: Number(count ?? 1) }] : [];
  });
  for (const { count } of parts) {
    const together = parts.filter((one) => one.count === count);
    if (together.length === count) return together.sort((a, b) => a.part - b.part).map(({ name }) => name);
  }
  return undefined;
}

/** A checkpoint with a UUID in its name: those of tables with the feature `v2Checkpoint`. */
export function hasNewCheckpoint(names: readonly string[], version: number): boolean {
  return names.some((name) => Number(BY_UUID.exec(name)?.[1]) === version);
}
