/** Judges staged silver against the version before; a load that a guard refuses is taken back (DESIGN §4). */
import type { BronzeNode, SilverNode } from '../../compile/types.js';
import { errorInfo, LakeError } from '../../errors/lake-error.js';
import type { AcceptedGuard, TableHead, TableState } from '../../lakehouse/types.js';
import { acceptHint, type GuardName, isAccepted } from '../../quality/guards/guard.js';
import {
  nothingKept,
  type RenamedField,
  type SilverBreach,
  type SilverFigures,
  silverGuards,
} from '../../quality/guards/silver-guards.js';
import { looseName } from '../../sql/loose-name.js';
import { acceptedGuard } from '../accepted-guard.js';
import { contentOfParts, rejectLoads } from '../bronze/reject-loads.js';
import { changedColumns } from '../compare/changed-columns.js';
import type { Side } from '../compare/side.js';
import type { RunContext } from '../context.js';
import { absentBinds } from '../tables/bronze/bind-bronze.js';
import { type BreachExamples, breachExamples } from './breach-examples.js';
import type { StagedSilver } from './guard-statements.js';
import { among, ofFields, sameFields } from './same-fields.js';

/** What is new in bronze since silver was last built; undefined on a first build, or where only the manifest changed. */
interface NewLoad {
  readonly bronze: BronzeNode;
  readonly before: TableHead;
  /** Bronze as silver's last version was made from it. */
  readonly good: TableHead;
  readonly now: TableState;
}

async function newLoad(context: RunContext, node: SilverNode): Promise<NewLoad | undefined> {
  const before = context.pins.head(node.id);
  const bronze = context.nodes.get(`bronze.${node.name}`);
  if (!before || bronze?.kind !== 'bronze') return undefined;
  const head = context.pins.head(bronze.id);
  const built = before.state.inputs[bronze.id];
  if (!head || typeof built !== 'number' || built === head.state.dataVersion) return undefined;
  return { bronze, before, good: await context.lake.at(bronze.id, built), now: head.state };
}

export interface Judgement {
  /** The guards that tripped and were accepted, here or for the same content before. */
  readonly accepted: readonly AcceptedGuard[];
  /** Which fields of a load were not compared, because the manifest changed with it. */
  readonly notes: readonly string[];
}

/**
 * @throws LakeError LK402x for the first guard that was not accepted; the load is taken back then, the last version stays. Where the
 * manifest changed with the load, only fields that are made as before are compared; where silver would keep nothing then, no load is
 * to blame and none is taken back.
 */
export async function judgeSilver(
  context: RunContext,
  node: SilverNode,
  staged: StagedSilver,
): Promise<Judgement> {
  const head = context.pins.head(node.id);
  const anew = !head || newDefinition(head, node);
  const load = await newLoad(context, node);
  const before = load && figuresOf(load.before.state);
  if (!anew && !before) return { accepted: [], notes: [] };
  const now = stagedFigures(staged);
  const same = anew ? sameFields(head, node) : undefined;
  const { changed } = staged.guards;
  const breaches = [
    ...(anew ? nothingKept(node.dataset, now, head === undefined) : []),
    ...(before
      ? silverGuards(node.dataset, ofFields(before, same), ofFields(now, same), {
          renamed: await renamedFields(context, load, before, same),
          changed: changed && { ...changed, fields: among(changed.fields, same) },
        })
      : []),
  ];
  const hash = contentOfParts(context.pins.head(`bronze.${node.name}`)?.state.parts ?? {});
  const { accept } = context.flags;
  const known = new Map(
    head?.state.accepted?.flatMap((one) => (one.hash === hash ? [[one.guard, one] as const] : [])),
  );
  const refused = breaches.filter(({ guard }) => !isAccepted(accept, node.name, guard) && !known.has(guard));
  if (refused.length === 0) {
    const accepted = unique(breaches).map((guard) => known.get(guard) ?? acceptedGuard(guard, hash));
    return { accepted, notes: load && same ? [notCompared(node, same)] : [] };
  }
  // What the manifest did is no load's fault.
  if (!load || (anew && now.silver === 0)) {
    const { code, message, hint } = refused[0]!;
    throw new LakeError(code, message, { hint, details: { guards: unique(refused) } });
  }
  const examples = await breachExamples(context, node, staged, refused);
  return refuse(context, node, load, refused, examples);
}

/** What a load did cannot be told from what the manifest did: figures of another definition are not compared. */
function newDefinition(before: TableHead, node: SilverNode): boolean {
  return before.state.definitionHash !== node.definitionHash;
}

/** @param same Fields that were compared. */
function notCompared({ dataset }: SilverNode, same: ReadonlySet<string>): string {
  const others = (dataset.fields ?? []).flatMap(({ name }) => (same.has(name) ? [] : [name]));
  const which =
    same.size === 0 ? 'its silver guards' : `guards on ${[...others, 'quarantined rows'].join(', ')}`;
  return `new rows and a new manifest at once: ${which} begin with this version (${dataset.path})`;
}

/** @throws LakeError always. */
async function refuse(
  context: RunContext,
  node: SilverNode,
  load: NewLoad,
  refused: readonly SilverBreach[],
  { lines: table, markers }: BreachExamples,
): Promise<never> {
  const worst = refused[0]!;
  const guards = unique(refused);
  const loads = await rejectLoads(context, load.bronze, load.good, {
    guards,
    code: worst.code,
    reason: refused.map((b) => b.message).join('; '),
  });
  const others = refused.slice(1).map((b) => `${b.code} ${b.message}`);
  const look = loads.length > 0 ? `; to see what came: \`lake diff ${node.name} --to ${loads.at(-1)}\`` : '';
  const accept = guards.length === 1 ? worst.hint : acceptHint(node.name, ...guards);
  const hint = `${markerHint(node, markers)}${accept}`;
  throw new LakeError(worst.code, worst.message, {
    hint: `${hint}${look}`,
    details: { guards, loads, ...lines([...table, ...others]) },
  });
}

/** Where values that failed look like words for no value: how they are read as NULL. Empty where none do. */
function markerHint({ dataset }: SilverNode, markers: BreachExamples['markers']): string {
  const [first] = markers;
  if (first === undefined) return '';
  const [name, values] = first;
  const known = dataset.fields?.find((field) => field.name === name)?.nullIf ?? [];
  const list = [...new Set([...known, ...values])].map((value) => `'${value.replaceAll("'", "''")}'`);
  const look = values.length === 1 ? `${values[0]} looks` : `${values.join(', ')} look`;
  return `${look} like a word for no value: write \`null_if: [${list.join(', ')}]\` for ${name} in ${dataset.path} to read it as NULL; else `;
}

/**
 * Runs a judgement whose error is the load's fault where the manifest is the same as before: the load is taken back.
 * @throws LakeError the judgement's own.
 */
export async function takingBack(context: RunContext, node: SilverNode, judge: () => void): Promise<void> {
  try {
    judge();
  } catch (error) {
    const load = await newLoad(context, node);
    if (load && load.before.state.definitionHash === node.definitionHash) {
      const { code, message, hint, details } = errorInfo(error);
      const guards = [code === 'LK4006' ? 'key' : 'values'];
      const loads = await rejectLoads(context, load.bronze, load.good, { guards, code, reason: message });
      throw new LakeError(code, message, { hint, details: { ...details, loads }, cause: error });
    }
    throw error;
  }
}

/** Declared fields whose column is gone, where a new column holds its values. */
async function renamedFields(
  context: RunContext,
  { bronze, good, now }: NewLoad,
  before: SilverFigures,
  same: ReadonlySet<string> | undefined,
): Promise<readonly RenamedField[]> {
  const absentBefore = new Set(absentBinds(bronze, good.state).map((bind) => bind.name));
  const lost = absentBinds(bronze, now).filter(({ name }) => !absentBefore.has(name));
  if (lost.length === 0) return [];
  const pathOf = (file: string) => context.lake.filePath(bronze.id, file);
  const sides: [Side, Side] = [
    { state: good.state, pathOf },
    { state: now, pathOf },
  ];
  const { difference } = await changedColumns(context, bronze, ...sides);
  const fields = bronze.dataset.fields ?? [];
  return lost.flatMap(({ sources }) => {
    const rename = difference?.renamed.find(({ from }) =>
      sources.some((s) => looseName(s.column) === looseName(from)),
    );
    const names = sources.map((source) => source.written);
    const field = fields.find((f) => [...f.from, ...(f.coalesce ?? [])].some((name) => names.includes(name)));
    if (!rename || !field || same?.has(field.name) === false || before.nulls[field.name] === before.silver)
      return [];
    return [{ field: field.name, ...rename, sources: field.from }];
  });
}

function figuresOf({ accounting, profile }: TableState): SilverFigures | undefined {
  if (!accounting || !profile) return undefined;
  const { bronze, silver, quarantined, errors } = accounting;
  return { bronze, silver, quarantined, errors, nulls: profile.nulls, defaulted: profile.defaulted };
}

function stagedFigures({ found, guards }: StagedSilver): SilverFigures {
  const { bronze, silver, quarantined, errors } = found.accounting;
  return {
    bronze,
    silver,
    quarantined,
    errors,
    nulls: guards.profile.nulls,
    defaulted: guards.profile.defaulted,
  };
}

const unique = (breaches: readonly SilverBreach[]): readonly GuardName[] => [
  ...new Set(breaches.map((b) => b.guard)),
];

/** Shown below the error. */
function lines(text: readonly string[]): { readonly table?: string } {
  return text.length > 0 ? { table: text.join('\n') } : {};
}
