/**
 * A commit that another program wrote, as far as it concerns lake: which files came and went, and whether rows did.
 * Source: Delta protocol, "Actions", https://github.com/delta-io/delta/blob/master/PROTOCOL.md#actions
 */
import { fileURLToPath } from 'node:url';
import { LakeError } from '../../errors/lake-error.js';
import type { TableId } from '../types.js';
import { type CommitInfo, parseCommitInfo } from './commit-info.js';
import { uriPath } from './paths.js';
import { checkProtocol, type Protocol, unknownFeatures } from './protocol.js';

export interface ForeignFile {
  /** Relative to the table's folder, decoded. */
  readonly path: string;
  /** How the log names it, where lake would write it differently. */
  readonly uri?: string;
  readonly bytes: number;
  /** Undefined where its statistics do not say. */
  readonly rows?: number;
  readonly partition?: Readonly<Record<string, string | null>>;
}

export interface ForeignCommit {
  readonly version: number;
  readonly info: CommitInfo;
  readonly added: readonly ForeignFile[];
  /** Paths, relative and decoded. */
  readonly removed: readonly string[];
  /** False where it says that no row came, went or changed. */
  readonly dataChange: boolean;
  readonly protocol?: Protocol;
  /** Table configuration, where the commit has new metadata. */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface CommitSource {
  readonly table: TableId;
  readonly version: number;
  /** What other programs call the table's folder: an absolute path, `gs://bucket/key`. */
  readonly place: string;
}

interface FileAction {
  readonly path: string;
  readonly size?: number;
  readonly dataChange?: boolean;
  readonly stats?: string | null;
  readonly partitionValues?: Readonly<Record<string, string | null>> | null;
  readonly deletionVector?: object | null;
}

/**
 * @throws SyntaxError where the text is not a Delta commit.
 * @throws LakeError LK6025 for features that lake does not know, LK6026 for files outside of the table's folder.
 */
export function parseForeignCommit(text: string, source: CommitSource): ForeignCommit {
  const { table, version } = source;
  const info = parseCommitInfo(text);
  const writer = `${writerOf(info)} in version ${version}`;
  const added: ForeignFile[] = [];
  const removed: string[] = [];
  let dataChange = false;
  let rest: Pick<ForeignCommit, 'protocol' | 'properties'> = {};
  for (const line of text.trim().split('\n')) {
    const { add, remove, protocol, metaData } = JSON.parse(line) as {
      add?: FileAction | null;
      remove?: FileAction | null;
      protocol?: Protocol | null;
      metaData?: { readonly configuration?: Readonly<Record<string, string>> | null } | null;
    };
    if (protocol) {
      checkProtocol(table, protocol, writer);
      rest = { ...rest, protocol: plainProtocol(protocol) };
    }
    if (metaData) {
      const properties = metaData.configuration ?? {};
      if (properties['delta.appendOnly']?.toLowerCase() === 'true')
        throw unknownFeatures(table, ['appendOnly'], writer);
      rest = { ...rest, properties };
    }
    if (add?.deletionVector ?? remove?.deletionVector)
      throw unknownFeatures(table, ['deletionVectors'], writer);
    if (add) added.push(foreignFile(add, source));
    if (remove) removed.push(decodedPath(remove.path, source));
    dataChange ||= (add ?? remove)?.dataChange ?? false;
  }
  return { version, info, added, removed, dataChange, ...rest };
}

/** `delta-rs:py-1.6.6`, or what there is to say of one that gives no name. */
export function writerOf(info: Pick<CommitInfo, 'engineInfo'>): string {
  return info.engineInfo || 'another program';
}

function plainProtocol(protocol: Protocol): Protocol {
  const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = protocol;
  return {
    minReaderVersion,
    minWriterVersion,
    ...(readerFeatures && { readerFeatures }),
    ...(writerFeatures && { writerFeatures }),
  };
}

function foreignFile(
  { path: uri, size, stats, partitionValues }: FileAction,
  source: CommitSource,
): ForeignFile {
  const path = decodedPath(uri, source);
  const rows = stats ? (JSON.parse(stats) as { numRecords?: number | null }).numRecords : undefined;
  const partition = Object.entries(partitionValues ?? {}).map(([name, value]) => [name, value || null]);
  return {
    path,
    ...(uri !== uriPath(path) && { uri }),
    bytes: size ?? 0,
    ...(typeof rows === 'number' && { rows }),
    ...(partition.length > 0 && { partition: Object.fromEntries(partition) }),
  };
}

/** A URI, relative to the table's folder or absolute, as a path in it. */
function decodedPath(uri: string, { table, version, place }: CommitSource): string {
  const absolute = /^file:/i.test(uri) ? fileURLToPath(uri) : uri;
  const isAbsolute = absolute.startsWith('/') || /^[a-z][a-z0-9+.-]+:\/\//i.test(absolute);
  if (!isAbsolute) return decoded(uri);
  const folder = `${place}/`;
  if (absolute.startsWith(folder)) return absolute.slice(folder.length);
  if (decoded(absolute).startsWith(folder)) return decoded(absolute).slice(folder.length);
  throw new LakeError(
    'LK6026',
    `${table}: version ${version} names a file outside of the table’s folder: ${uri}`,
    {
      hint: 'Shallow clones and converted folders cannot be lake’s tables: move the folder of this table away and build it again.',
      details: { table, version, file: uri },
    },
  );
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
