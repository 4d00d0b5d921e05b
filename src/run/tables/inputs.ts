/** Data versions: what decides whether something that reads a node must be built again. */
import type { ModelNode, NodeId, SilverNode } from '../../compile/types.js';
import type { SqlDefinition, ViewHead } from '../../lakehouse/types.js';
import { type DataVersion, fingerprint, type InputVersions } from '../../plan/fingerprint.js';
import { type Standing, standingSql } from './standing-sql.js';

export interface VersionReading extends Standing {
  /** The run that asks, so that SQL which reads the clock or chance is new in each; without it such SQL counts as any other. */
  readonly run?: string;
}

/** Of a table the last commit that changed data, of a view or ephemeral its fingerprint; undefined when it was never built. */
export function dataVersion(reading: VersionReading, id: NodeId): DataVersion | undefined {
  return versions(reading)(id);
}

/** The data version that SQL has before it is published. */
export function definitionVersion(reading: VersionReading, definition: SqlDefinition): DataVersion {
  return ownVersion(reading, definition, versionsOf(versions(reading), definition.reads));
}

/**
 * The data versions of a node's inputs as they are pinned now; one that was never built is left out. A view is the same text
 * whatever the clock says: what it reads counts for it without the clock.
 */
export function inputVersions(reading: VersionReading, node: SilverNode | ModelNode): InputVersions {
  const isView = node.kind === 'model' && node.materialized === 'view';
  return versionsOf(versions(isView ? { ...reading, run: undefined } : reading), node.dependsOn);
}

type VersionOf = (id: NodeId, within?: ViewHead) => DataVersion | undefined;

/** Remembers what it found: views may read each other in many ways. */
function versions(reading: VersionReading): VersionOf {
  const known = new Map<string, DataVersion | undefined>();
  const versionOf: VersionOf = (id, within) => {
    const standing = standingSql(reading, id, within);
    if (!standing) return reading.pins.head(id)?.state.dataVersion;
    const { key, definition } = standing;
    if (!known.has(key)) {
      const inputs = versionsOf((input) => versionOf(input, standing.within), definition.reads);
      known.set(key, ownVersion(reading, definition, inputs));
    }
    return known.get(key);
  };
  return versionOf;
}

function ownVersion(
  { run }: VersionReading,
  { definitionHash, volatile }: SqlDefinition,
  inputs: InputVersions,
): DataVersion {
  const hash = fingerprint(definitionHash, inputs);
  return volatile && run !== undefined ? `${hash}@${run}` : hash;
}

function versionsOf(versionOf: VersionOf, ids: readonly NodeId[]): InputVersions {
  const found: Record<NodeId, DataVersion> = {};
  for (const id of ids) {
    const version = versionOf(id);
    if (version !== undefined) found[id] = version;
  }
  return found;
}
