/** Builds one silver table: judge, account for every bronze row, then publish it with its quarantine. */
import type { SilverNode } from '../../compile/types.js';
import type { Relation } from '../../engine/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { Accounting } from '../../lakehouse/types.js';
import type { InputVersions } from '../../plan/fingerprint.js';
import { foreignWrites } from '../../plan/foreign-writes.js';
import { mostlyQuarantined, worstErrors } from '../../quality/guards/silver-guards.js';
import { runUnitTests } from '../audit/unit-tests.js';
import type { RunContext } from '../context.js';
import type { NodeResult } from '../events.js';
import { absentColumns } from '../tables/bronze/bind-bronze.js';
import { describeSql } from '../tables/describe.js';
import { planNode } from '../tables/plan-node.js';
import { publishTable } from '../tables/publish-table.js';
import { nodeRelation, nodeRelations } from '../tables/relations.js';
import { reuseTable } from '../tables/reuse-table.js';
import { sourceProperties } from '../tables/source-properties.js';
import { stagedFiles } from '../tables/staged-files.js';
import { guardFindings, guardStatements } from './guard-statements.js';
import { judgeSilver, takingBack } from './judge-silver.js';
import { type Columns, QUARANTINE_COLUMNS, type SilverFindings, silverColumns } from './silver-statements.js';
import { stageSilver } from './stage-silver.js';

type Outcome = Omit<NodeResult, 'id' | 'kind' | 'seconds'>;

/** @throws LakeError whatever stopped the table; the version before stays published. */
export async function executeSilver(context: RunContext, node: SilverNode): Promise<Outcome> {
  const { before, inputs, plan } = planNode(context, node);
  if (plan.action === 'reuse') return reuseTable(context, node, plan.reason);

  const units = context.flags.audit ? await runUnitTests(context, node) : [];
  const relations = nodeRelations(context, node.dependsOn);
  const yielded = await yieldedColumns(context, node, relations);
  const columns = silverColumns(node, yielded);
  const parts = Object.values(context.pins.head(`bronze.${node.name}`)?.state.parts ?? {});
  const previous: Relation | undefined =
    before && !before.lost && sameNames(before.state.columns, columns)
      ? { ...nodeRelation(context, node.id), schema: 'previous', name: 'table' }
      : undefined;
  const more = guardStatements(node, columns, previous !== undefined);
  const staged = await stageSilver(context, { node, yielded, parts, previous, more });
  const { found } = staged;
  await takingBack(context, node, () => judge(node, found));
  checkWritten(node, found);
  const files = stagedFiles(found.valid);
  const guards = guardFindings(node, columns, files, staged.more);
  const judged = await judgeSilver(context, node, { columns, files, found, guards });
  const notes = [...notesOf(context, node), ...judged.notes, ...quarantineNote(node, found.accounting)];

  const published = await publishTable(context, node, {
    columns,
    files,
    content: found.content,
    inputs,
    accounting: found.accounting,
    profile: guards.profile,
    accepted: judged.accepted,
    properties: sourceProperties(context, node.id),
    // First, so that whoever sees the new silver can also see what it left out.
    companion: () => publishQuarantine(context, node, staged.quarantine, found, inputs),
  });
  return {
    status: published.changed ? 'success' : 'unchanged',
    reason: published.changed ? plan.reason : `${plan.reason}, its rows are the same`,
    rows: found.accounting.silver,
    bytes: published.head.state.bytes,
    version: published.head.version,
    accounting: found.accounting,
    ...(before ? found.changes : { added: found.accounting.silver, removed: 0 }),
    notes,
    tests: [...units, ...published.tests],
  };
}

/** Nothing is silently missing: a field without a column is told, with the names that were looked for. */
function notesOf(context: RunContext, node: SilverNode): readonly string[] {
  const bronze = context.nodes.get(`bronze.${node.name}`);
  const state = context.pins.head(`bronze.${node.name}`)?.state;
  if (bronze?.kind !== 'bronze' || !state) return [];
  const absent = absentColumns(bronze, state);
  if (absent.length === 0) return [];
  const names = absent.map((name) => `"${name}"`).join('; ');
  return [`the portal delivers no column ${names}: NULL in every row (${node.dataset.path})`];
}

/** Less than half is published: nobody should have to look for that. */
function quarantineNote(node: SilverNode, accounting: Accounting): readonly string[] {
  if (!mostlyQuarantined(accounting)) return [];
  const { quarantined, bronze } = accounting;
  return [
    `${quarantined.toLocaleString('en')} of ${counted(bronze, 'row')} are in quarantine: ${worstErrors(accounting)} (lake query "from ${node.id}__quarantine")`,
  ];
}

/** @throws LakeError LK4006, LK4007 or LK4008 when the rows must not be published as they are. */
function judge(node: SilverNode, found: SilverFindings): void {
  if (found.notUnique.rows.length > 0) {
    const names = node.key!;
    const examples = found.notUnique.rows
      .slice(0, 3)
      .map((row) => `${names.map((name, i) => `${name} ${row[i]}`).join(', ')} (${row[names.length]} rows)`);
    throw new LakeError('LK4006', `${node.name}: the key is not unique: ${examples.join('; ')}`, {
      hint: `declare more columns in \`key:\`, or \`key: none\` where rows are a bag (${node.dataset.path})`,
      details: { key: names, examples: found.notUnique.rows },
    });
  }
  if (found.failures.length > 0) {
    const list = found.failures.slice(0, 3).map((f) => `${f.breach} in ${counted(f.rows, 'row')}`);
    throw new LakeError('LK4007', `${node.name}: values that may not be invalid are: ${list.join('; ')}`, {
      hint: `correct the field in ${node.dataset.path}, or let it be \`on_invalid: quarantine\` or \`nullify\``,
      details: { failures: found.failures },
    });
  }
  if (found.unaccounted !== 0 && node.dataset.accounting) {
    throw new LakeError(
      'LK4008',
      `${node.name}: its SQL yields ${counted(Math.abs(found.unaccounted), 'row')} ${found.unaccounted > 0 ? 'fewer' : 'more'} than bronze has`,
      { hint: `${node.path} must yield every row of bronze once, or the manifest say \`accounting: off\`` },
    );
  }
}

/**
 * What was written must be what was counted: the one check that no sum of lake's own can satisfy by itself.
 * @throws LakeError LK4008
 */
function checkWritten(node: SilverNode, found: SilverFindings): void {
  const written = (files: SilverFindings['valid']) =>
    stagedFiles(files).reduce((sum, file) => sum + file.rows, 0);
  const pairs = [
    ['silver', written(found.valid), found.accounting.silver],
    ['quarantine', written(found.quarantine), found.accounting.quarantined],
  ] as const;
  for (const [where, rows, expected] of pairs) {
    if (rows === expected) continue;
    throw new LakeError(
      'LK4008',
      `${node.name}: ${counted(rows, 'row')} were written to ${where}, ${expected.toLocaleString('en')} were counted`,
      {
        hint: 'nothing was published; this is a defect of lake, please report it with `target/run_results.json`',
      },
    );
  }
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

async function publishQuarantine(
  context: RunContext,
  node: SilverNode,
  table: string,
  found: SilverFindings,
  inputs: InputVersions,
): Promise<void> {
  const before = context.pins.head(table);
  // What was wrong before is wrong now, most often nothing: there is nothing to publish.
  const touched = foreignWrites(before?.foreign) !== undefined;
  if (before && !touched && before.state.contentHash === found.quarantineContent) return;
  const head = await context.lake.commit({
    table,
    base: before?.version ?? -1,
    mode: 'overwrite',
    columns: QUARANTINE_COLUMNS,
    partitionBy: [],
    files: stagedFiles(found.quarantine),
    description: `Rows that ${node.id} left out, and why.`,
    state: { run: context.run, contentHash: found.quarantineContent, inputs, tests: [], audited: true },
  });
  context.pins.committed(head);
}

/** What the node's SQL yields; only the engine knows where the manifest does not say. */
async function yieldedColumns(
  context: RunContext,
  node: SilverNode,
  relations: readonly Relation[],
): Promise<Columns> {
  if (node.generated && node.columns.length > 0)
    return node.columns.filter(({ name }) => name !== '_deleted_at');
  return describeSql(context, node.id, node.sql, relations);
}

function sameNames(before: Columns, now: Columns): boolean {
  return before.length === now.length && now.every((c, i) => c.name === before[i]!.name);
}
