/**
 * The `protocol` action: what a program must know to read and to write a table.
 * Source: Delta protocol, "Protocol Evolution" and "Table Features",
 * https://github.com/delta-io/delta/blob/master/PROTOCOL.md#protocol-evolution
 */
import { LakeError } from '../../errors/lake-error.js';
import type { TableId } from '../types.js';

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  /** Only with reader version 3. */
  readonly readerFeatures?: readonly string[];
  /** Only with writer version 7. */
  readonly writerFeatures?: readonly string[];
}

/** Reader 1 and writer 2 are what every reader knows; delta-rs and Polars refuse timestamp_ntz without its feature. */
const lowest: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

const ntz = 'timestampNtz';

/** What lake reads; the same it writes, and the two that writer version 2 always had. */
const known: readonly string[] = [ntz];
const knownToWriter: readonly string[] = [ntz, 'appendOnly', 'invariants'];

/** What the versions before the lists of features asked for beyond those before them. */
const byReaderVersion: Readonly<Record<number, readonly string[]>> = { 2: ['columnMapping'] };
const byWriterVersion: Readonly<Record<number, readonly string[]>> = {
  3: ['checkConstraints'],
  4: ['changeDataFeed', 'generatedColumns'],
  5: ['columnMapping'],
  6: ['identityColumns'],
};

/** The protocol of a table: what lake's columns need, and what another program raised it to. */
export function protocolOf(table: {
  readonly timestampNtz: boolean;
  readonly protocol?: Protocol;
}): Protocol {
  const raised = table.protocol ?? lowest;
  if (!table.timestampNtz) return raised;
  const { readerFeatures = [], writerFeatures = [] } = raised;
  return {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: [...new Set([...readerFeatures, ntz])],
    writerFeatures: [...new Set([...writerFeatures, ntz])],
  };
}

/**
 * A table that lake can read and write, in whole.
 * @throws LakeError LK6025 that names the features which lake does not know.
 */
export function checkProtocol(table: TableId, protocol: Protocol, writer: string): void {
  const { minReaderVersion, minWriterVersion } = protocol;
  // Checkpoints of delta-rs have null for no list.
  const [readerFeatures, writerFeatures] = [protocol.readerFeatures ?? [], protocol.writerFeatures ?? []];
  const features = new Set([
    ...readerFeatures.filter((name) => !known.includes(name)),
    ...writerFeatures.filter((name) => !knownToWriter.includes(name)),
    ...(minReaderVersion < 3 ? since(byReaderVersion, minReaderVersion) : []),
    ...(minWriterVersion < 7 ? since(byWriterVersion, minWriterVersion) : []),
    ...(minReaderVersion > 3 ? [`reader version ${minReaderVersion}`] : []),
    ...(minWriterVersion > 7 ? [`writer version ${minWriterVersion}`] : []),
  ]);
  if (features.size > 0) throw unknownFeatures(table, [...features], writer);
}

/** @param writer Who brought them: `delta-rs:1.6.6 in version 7`. */
export function unknownFeatures(table: TableId, features: readonly string[], writer: string): LakeError {
  const names = features.join(', ');
  return new LakeError(
    'LK6025',
    `${table} uses ${features.length === 1 ? 'a feature' : 'features'} of Delta that lake does not know, since ${writer}: ${names}`,
    {
      hint: `Take it away with the program that brought it (in Spark: ALTER TABLE … DROP FEATURE ${features[0]}), or move the folder of this table away and build it again.`,
      details: { table, features },
    },
  );
}

function since(byVersion: Readonly<Record<number, readonly string[]>>, version: number): readonly string[] {
  return Object.entries(byVersion).flatMap(([since, names]) => (version >= Number(since) ? names : []));
}
