/** Which two states `lake diff` compares: versions of silver, loads of bronze, or the last two. */
import type { BronzeNode, SilverNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import type { Lake, TableHead } from '../../lakehouse/types.js';
import { loadsDown, versionBefore } from './loads.js';

export interface DiffSide {
  readonly bronze: TableHead;
  /** Undefined where silver was never published from this bronze: a load that was taken back, or not yet built. */
  readonly silver?: TableHead;
  /** `version 3 (load 2026…)`. */
  readonly label: string;
}

export interface DiffSides {
  readonly from: DiffSide;
  readonly to: DiffSide;
}

/**
 * @param from A version of silver or the id of a load; undefined: what stood before `to`.
 * @param to Likewise; undefined: what is published now.
 * @throws LakeError LK4031 for one that is not there, LK4032 where there is nothing to compare with.
 */
export async function diffSides(
  lake: Lake,
  bronze: BronzeNode,
  silver: SilverNode | undefined,
  { from, to }: { readonly from?: string; readonly to?: string },
): Promise<DiffSides> {
  const resolve = async (written: string): Promise<DiffSide> => {
    const version = /^v?(\d{1,9})$/.exec(written)?.[1];
    if (version === undefined) return ofLoad(lake, bronze, silver, written);
    const table = silver?.id ?? bronze.id;
    const head = await lake.at(table, Number(version));
    return silver ? ofSilver(lake, bronze, head) : side(head, undefined);
  };
  const newer = to === undefined ? await published(lake, bronze, silver) : await resolve(to);
  const older = from === undefined ? await standingBefore(lake, bronze, silver, newer) : await resolve(from);
  return { from: older, to: newer };
}

async function published(lake: Lake, bronze: BronzeNode, silver: SilverNode | undefined): Promise<DiffSide> {
  const head = silver && (await lake.head(silver.id));
  if (head) return ofSilver(lake, bronze, head);
  const own = await lake.head(bronze.id);
  if (own) return side(own, undefined);
  throw new LakeError('LK4032', `${bronze.name} was never loaded`, {
    hint: `load it first: \`lake build --select ${bronze.name}\``,
  });
}

async function ofSilver(lake: Lake, bronze: BronzeNode, silver: TableHead): Promise<DiffSide> {
  return side(await lake.at(bronze.id, Number(silver.state.inputs[bronze.id] ?? 0)), silver);
}

async function ofLoad(
  lake: Lake,
  bronze: BronzeNode,
  silver: SilverNode | undefined,
  loadId: string,
): Promise<DiffSide> {
  const known: string[] = [];
  for await (const { head, record } of loadsDown(lake, bronze.id)) {
    if (record.loadId === loadId) return side(head, await silverOf(lake, silver, head));
    known.push(record.loadId);
  }
  throw new LakeError('LK4031', `${bronze.name} has no load "${loadId}"`, {
    hint: known.length > 0 ? `its newest loads are ${known.slice(0, 5).join(', ')}` : 'it was never loaded',
  });
}

/** The newest version of silver that was built from these current rows. */
async function silverOf(
  lake: Lake,
  silver: SilverNode | undefined,
  bronze: TableHead,
): Promise<TableHead | undefined> {
  let head = silver && (await lake.head(silver.id));
  while (head && head.state.inputs[bronze.table] !== bronze.state.dataVersion) {
    head = await versionBefore(lake, head);
  }
  return head;
}

async function standingBefore(
  lake: Lake,
  bronze: BronzeNode,
  silver: SilverNode | undefined,
  { bronze: now, silver: built }: DiffSide,
): Promise<DiffSide> {
  if (built) {
    const data = await lake.at(built.table, built.state.dataVersion);
    const before = await versionBefore(lake, data);
    if (before) return ofSilver(lake, bronze, before);
  }
  const data = await lake.at(bronze.id, now.state.dataVersion);
  const before = await versionBefore(lake, now.state.load ? now : data);
  if (before) return side(before, await silverOf(lake, silver, before));
  const refused = await newestRefused(lake, bronze);
  throw new LakeError('LK4032', `${bronze.name} has one version: there is nothing to compare it with`, {
    hint: refused
      ? `its newest load was taken back by a guard; to compare that: \`lake diff ${bronze.name} --to ${refused}\``
      : 'build again when the portal has something new, or name two loads with --from and --to',
  });
}

/** The newest load, where a guard took it back. */
async function newestRefused(lake: Lake, bronze: BronzeNode): Promise<string | undefined> {
  for await (const { record, rejected } of loadsDown(lake, bronze.id)) {
    return rejected ? record.loadId : undefined;
  }
  return undefined;
}

function side(bronze: TableHead, silver: TableHead | undefined): DiffSide {
  const loads = Object.values(bronze.state.parts ?? {}).flatMap((part) => part.loads);
  const load = `load ${loads.reduce((a, b) => (a > b ? a : b), '')}`;
  return { bronze, silver, label: silver ? `version ${silver.version} (${load})` : load };
}
