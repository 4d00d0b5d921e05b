/** What a commit says of itself: who wrote it, when, and where lake's state of it lies. */

/** What lake's own commits carry in their `commitInfo`, beside Delta's fields. */
export interface CommitOrigin {
  readonly run: string;
  /** Path of the state file, relative to the table's folder. */
  readonly state: string;
  readonly sha256: string;
}

export interface CommitInfo {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly operation: string;
  readonly engineInfo: string;
  readonly txnId: string;
  /** Undefined when another program wrote the version. */
  readonly lake?: CommitOrigin;
}

/**
 * The `commitInfo` of a commit's text; what it does not say is 0 and ''. delta-rs names itself in `clientVersion`.
 * @throws SyntaxError where the text is not a Delta commit.
 */
export function parseCommitInfo(text: string): CommitInfo {
  // Lake and Spark write it first, delta-rs last.
  const lines = text.trim().split('\n');
  const line = lines.find((one) => one.startsWith('{"commitInfo"'));
  JSON.parse(lines.at(-1)!);
  const info = line === undefined ? {} : (JSON.parse(line).commitInfo as Record<string, unknown>);
  const { timestamp, operation, engineInfo, clientVersion, txnId, lake } = info;
  const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    timestamp: typeof timestamp === 'number' ? timestamp : 0,
    operation: asText(operation),
    engineInfo: asText(engineInfo) || asText(clientVersion),
    txnId: asText(txnId),
    ...(isOrigin(lake) && { lake }),
  };
}

function isOrigin(value: unknown): value is CommitOrigin {
  return typeof value === 'object' && value !== null && 'state' in value && 'sha256' in value;
}
