/** The last step of a silver table or model: equal content is confirmed, new content is audited, then published. */
import type { ModelNode, SilverNode } from '../../compile/types.js';
import type { ColumnInfo, Relation } from '../../engine/types.js';
import type { ScannedFile } from '../../lakehouse/readers/table-relation.js';
import type {
  AcceptedGuard,
  Accounting,
  StagedFile,
  TableHead,
  TableProfile,
} from '../../lakehouse/types.js';
import { fingerprint, type InputVersions } from '../../plan/fingerprint.js';
import { auditNode, TestFailure } from '../audit/audit.js';
import type { RunContext } from '../context.js';
import type { TestOutcome } from '../events.js';
import { castNotes, castsOf } from './casts.js';
import { hasContent } from './content.js';
import { documentsOf } from './describe-anew.js';
import { layoutFor, orderTexts, sameLayout } from './layout.js';
import { stagedRelation } from './relations.js';

export interface BuiltTable {
  readonly columns: readonly (ColumnInfo & { readonly description?: string })[];
  readonly files: readonly StagedFile[];
  /** As of `countedContent`; left out of a first version that nobody compared with anything. */
  readonly content?: string;
  readonly inputs: InputVersions;
  readonly accounting?: Accounting;
  readonly profile?: TableProfile;
  /** Guards that objected to these rows and were accepted. */
  readonly accepted?: readonly AcceptedGuard[];
  /** Table configuration: where the rows come from. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Throws where these rows must not be published, whoever tests them. */
  readonly refuse?: (rows: readonly Relation[]) => Promise<void>;
  /** Published just before the table itself, once nothing stands in its way: the quarantine. */
  readonly companion?: () => Promise<void>;
  /** The files are added to those of before, but for these, which leave (paths as the state has them). Left out: they replace all. */
  readonly without?: readonly string[];
  /** Microbatch: the time that the table covers. */
  readonly batches?: { readonly until: string };
}

export interface Published {
  readonly head: TableHead;
  readonly tests: readonly TestOutcome[];
  /** False when the rows equal those of the version before: no data was committed, children are reused. */
  readonly changed: boolean;
  /** What a person should read of the table, once. */
  readonly notes: readonly string[];
}

/**
 * @throws TestFailure when a test of severity error fails on the staged rows: nothing is published then, the version
 * before stays.
 */
export async function publishTable(
  context: RunContext,
  node: SilverNode | ModelNode,
  built: BuiltTable,
): Promise<Published> {
  const before = context.pins.head(node.id);
  const columns = built.columns.map(({ name, type }) => ({ name, type }));
  const layout = layoutFor(node, columns);
  const same =
    before !== undefined &&
    sameColumns(before, columns) &&
    sameLayout(before, layout) &&
    (await hasContent(context, before, built.content));
  const base = before?.version ?? -1;
  const dataVersion = same ? before.state.dataVersion : base + 1;
  const rows = [stagedRelation(node.id, columns, [...stayingFiles(context, before, built), ...built.files])];
  await built.refuse?.(rows);
  const staged = same ? undefined : rows;
  const audit = context.flags.audit
    ? await auditNode(context, node.id, { staged, dataVersion })
    : { outcomes: [], records: [], blocking: 0 };
  if (audit.blocking > 0 && !same) throw new TestFailure(node.id, audit.outcomes);

  const casts = castsOf(built.columns, before);
  await built.companion?.();
  const head = await context.lake.commit({
    table: node.id,
    base,
    mode: same ? 'state' : built.without ? 'append' : 'overwrite',
    columns: same ? before.state.columns : columns,
    partitionBy: layout.partitionBy,
    files: same ? [] : built.files,
    ...(same || !built.without ? {} : { without: built.without }),
    description: node.description,
    documents: documentsOf(node, columns),
    properties: built.properties,
    state: {
      run: context.run,
      contentHash: built.content,
      fingerprint: fingerprint(node.definitionHash, built.inputs),
      definitionHash: node.definitionHash,
      inputs: built.inputs,
      tests: audit.records,
      audited: context.flags.audit,
      accounting: built.accounting,
      profile: built.profile,
      ...(layout.sortBy.length > 0 && { sortedBy: orderTexts(layout.sortBy) }),
      ...(Object.keys(casts).length > 0 && { casts }),
      ...(built.batches && { batches: built.batches }),
      ...(built.accepted && built.accepted.length > 0 ? { accepted: built.accepted } : {}),
    },
  });
  context.pins.committed(head);
  // Equal rows that fail a test were published before: that is reported, and rolls nothing back.
  if (audit.blocking > 0) throw new TestFailure(node.id, audit.outcomes, 'published');
  return { head, tests: audit.outcomes, changed: !same, notes: castNotes(built.columns, before) };
}

/** Files of the version before that are files of the next one, where they lie. */
export function stayingFiles(
  { lake }: Pick<RunContext, 'lake'>,
  before: TableHead | undefined,
  { columns, without }: Pick<BuiltTable, 'columns' | 'without'>,
): readonly ScannedFile[] {
  if (!before || !without) return [];
  const leave = new Set(without);
  const known = new Set(before.state.columns.map(({ name }) => name));
  const fresh = columns.map(({ name }) => name).filter((name) => !known.has(name));
  return before.state.files
    .filter(({ path }) => !leave.has(path))
    .map(({ path, partition, absent = [], foreign }) => ({
      path: lake.filePath(before.table, path),
      partition,
      ...(foreign && { foreign }),
      absent: [...absent, ...fresh],
    }));
}

function sameColumns(
  head: TableHead,
  columns: readonly { readonly name: string; readonly type: string }[],
): boolean {
  const before = head.state.columns;
  return (
    before.length === columns.length &&
    columns.every((c, i) => before[i]!.name === c.name && before[i]!.type === c.type)
  );
}
