/** What is known of a dataset's parts once a load is committed. Pure. */
import type { BronzeNode } from '../../compile/types.js';
import type { PartState, TableState } from '../../lakehouse/types.js';
import type { DatasetFacts } from '../../observe/types.js';
import type { Part } from '../../sources/types.js';
import { endingOf } from './body-ending.js';
import { isBeyond } from './cursor.js';
import type { LandedPart, StagedLoad } from './stage-load.js';
import { isConclusive, type Sweep } from './sweep.js';

/** The parts' state after the load: landed parts anew, asked ones with fresh validators, gone ones left out. */
export function nextParts(
  run: string,
  node: BronzeNode,
  facts: DatasetFacts,
  load: StagedLoad,
  state: TableState | undefined,
): Record<string, PartState> {
  const known = state?.sourceHash === node.sourceHash ? (state.parts ?? {}) : {};
  const probes = new Map(facts.status === 'ok' ? facts.parts.map((p) => [p.part.id, p] as const) : []);
  const next: Record<string, PartState> = {};
  const landed = new Map(load.landed.filter(bringsRows).map((part) => [part.fetch.partId, part]));
  const quiet = load.landed.filter((part) => !bringsRows(part) && part.fetch.stretchOf === undefined);
  const asked = new Map([...load.unchanged, ...quiet].map((part) => [part.fetch.partId, part.fetched]));
  for (const [id, { part, probe, kept: policy, remember }] of probes) {
    const now = landed.get(id);
    const before = known[id];
    const isMissing = !probe.exists || load.missing.some((m) => m.partId === id);
    if (now?.fetch.stretchOf !== undefined)
      next[id] = backfilledState(run, now, before, node.dataset.load.mode === 'append');
    else if (now) next[id] = landedState(run, now, before, probe.fingerprint, load.at);
    // Asked for and not there: remembered, so that the same parent rows give the same parts without the engine.
    else if (isMissing) next[id] = neverLoaded(part);
    else if (before && asked.has(id))
      next[id] = {
        ...before,
        validators: asked.get(id)!.validators,
        fingerprint: probe.fingerprint,
        count: probe.count,
      };
    else if (before) next[id] = before;
    // Known, so that the next run need not ask the parent's rows for it.
    else if (policy !== undefined) next[id] = { ...neverLoaded(part), scheduled: true };
    if (remember && next[id]) next[id] = { ...next[id], checked: load.at };
  }
  for (const sweep of load.sweeps) {
    const { partId: id } = sweep;
    if (!next[id] || !known[id] || !isConclusive(sweep) || landed.get(id)?.fetch.kind === 'full') continue;
    next[id] = sweptState(sweep, next[id], known[id], landed.has(id), probes.get(id)?.probe.fingerprint);
  }
  if (keepsGone(node)) for (const [id, part] of Object.entries(known)) next[id] ??= part;
  return next;
}

function neverLoaded({ label, variables }: Part): PartState {
  return { label, variables, loads: [], validators: {}, rows: 0, sha256: '' };
}

/** Whether looking alone taught what is kept with the parts: when they were asked about, or that there are more of them. */
export function learnsByLooking(facts: DatasetFacts, state: TableState | undefined): boolean {
  if (facts.status !== 'ok') return false;
  return facts.parts.some(
    ({ part, kept: policy, remember }) => remember || (policy !== undefined && !state?.parts?.[part.id]),
  );
}

/** Rows that are gone are of the loads before this one; those that it brought are there. */
function sweptState(
  { at, gone }: Sweep,
  part: PartState,
  before: PartState,
  counted: boolean,
  fingerprint: string | undefined,
): PartState {
  const withdrawn = gone.length === 0 ? [] : [{ at, loads: before.loads, ids: gone }];
  return {
    ...part,
    fingerprint,
    rows: counted ? part.rows : part.rows - gone.length,
    swept: { at, ...(fingerprint === undefined ? {} : { fingerprint }) },
    ...(withdrawn.length > 0 ? { withdrawn: [...(part.withdrawn ?? []), ...withdrawn] } : {}),
  };
}

/** An archive keeps what the portal takes away, whole parts too; those that another dataset's rows name go with their rows. */
export function keepsGone({ dataset }: Pick<BronzeNode, 'dataset'>): boolean {
  return dataset.load.mode === 'append' && dataset.source.forEach === undefined;
}

/** An incremental answer without rows changes nothing but what is known of the portal. */
export function bringsRows(part: LandedPart): boolean {
  return part.fetch.kind === 'full' || part.delivered > 0;
}

/**
 * A stretch that was asked for says nothing of what lies outside of it: the cursor stays, and so does what the portal said
 * of the part. A part of which nothing else is known has no cursor, so that the next load asks for all of it.
 */
function backfilledState(
  run: string,
  part: LandedPart,
  before: PartState | undefined,
  appends: boolean,
): PartState {
  const added = part.held - (before?.rows ?? 0);
  const renumbered = [...(before?.renumbered ?? []), ...(part.renumbered ? [run] : [])];
  return {
    validators: {},
    sha256: '',
    ...before,
    label: part.fetch.label,
    variables: part.fetch.variables,
    loads: [...(before?.loads ?? []), run],
    rows: part.held,
    // An archive knows by it how many of its rows the portal no longer has: the ones of the stretch it has.
    ...(appends && before?.count !== undefined ? { count: before.count + added } : {}),
    rowId: part.rowId,
    partial: true,
    ...(renumbered.length === 0 ? {} : { renumbered }),
  };
}

function landedState(
  run: string,
  part: LandedPart,
  before: PartState | undefined,
  fingerprint: string | undefined,
  at: string,
): PartState {
  // Rows that are added to what is known, and are all that is known: the loads of before have nothing left to say.
  const all = part.fetch.since === undefined && part.held === part.rows;
  const full = part.fetch.kind === 'full' || all;
  const later =
    part.cursor !== undefined &&
    (before?.cursor === undefined || full || isBeyond(part.cursor, before.cursor));
  const ending = endingOf(part.fetched.files);
  const renumbered = full ? [] : [...(before?.renumbered ?? []), ...(part.renumbered ? [run] : [])];
  return {
    label: part.fetch.label,
    variables: part.fetch.variables,
    loads: full ? [run] : [...(before?.loads ?? []), run],
    cursor: later ? part.cursor : before?.cursor,
    validators: part.fetched.validators,
    fingerprint,
    count: part.fetch.totalRows,
    rows: part.held,
    sha256: part.fetched.sha256,
    rowId: part.rowId,
    ...(ending === undefined ? {} : { ending }),
    ...(part.fetch.since === undefined ? {} : { partial: true }),
    // Everything is as good as all ids.
    ...(full ? { swept: { at, ...(fingerprint === undefined ? {} : { fingerprint }) } } : kept(before)),
    ...(renumbered.length === 0 ? {} : { renumbered }),
  };
}

function kept(before: PartState | undefined): Pick<PartState, 'swept' | 'withdrawn'> {
  return {
    ...(before?.swept ? { swept: before.swept } : {}),
    ...(before?.withdrawn ? { withdrawn: before.withdrawn } : {}),
  };
}

/** Rows that were current are so no longer, because their part is gone or its file missing. */
export function losesParts(parts: Readonly<Record<string, PartState>>, state: TableState): boolean {
  return Object.entries(state.parts ?? {}).some(
    ([id, { loads }]) => loads.length > 0 && (parts[id]?.loads.length ?? 0) === 0,
  );
}

/** Whether a load taught nothing about the portal, not even a date. */
export function sameParts(
  parts: Readonly<Record<string, PartState>>,
  state: TableState | undefined,
): boolean {
  return JSON.stringify(parts) === JSON.stringify(state?.parts ?? {});
}
