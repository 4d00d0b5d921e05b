/** One dataset while it is read: what its portal said, what came so far, and the second reading of what cannot be trusted. */
import type { BronzeNode } from '../../compile/types.js';
import { fromErrorInfo, LakeError } from '../../errors/lake-error.js';
import type { FetchedPart } from '../../fetch/types.js';
import type { TableState } from '../../lakehouse/types.js';
import type { Again, DatasetFacts } from '../../observe/types.js';
import type { BronzePlan } from '../../plan/types.js';
import type { RunContext } from '../context.js';
import { brokenOff, cutOff } from './cut-off.js';
import { joinStretches } from './join-stretches.js';
import { lookAt, planLoad } from './look.js';
import type { HeldState } from './lost-parts.js';
import { type Doubtful, type ReadPart, readParts } from './read-parts.js';
import { type StagedLoad, stageLoad } from './stage-load.js';

export class DatasetReading {
  readonly #context: RunContext;
  readonly #node: BronzeNode;
  readonly #state: TableState | undefined;
  readonly #read = new Map<string, ReadPart>();
  readonly #doubtful: Doubtful[] = [];
  #facts: DatasetFacts;
  #plan: BronzePlan;
  #requests: number;

  private constructor(
    context: RunContext,
    node: BronzeNode,
    { state, lostParts: lost }: HeldState,
    facts: DatasetFacts,
  ) {
    this.#context = context;
    this.#node = node;
    this.#state = state;
    this.#facts = facts;
    this.#plan = possible(planLoad(context, node, { facts, state, strategy: 'fast', lost }));
    this.#requests = observed(facts);
  }

  /** Looks at the portal; asks for no rows yet. @throws LakeError where that fails. */
  static async begin(context: RunContext, node: BronzeNode, held: HeldState): Promise<DatasetReading> {
    return new DatasetReading(context, node, held, await lookAt(context, node, held.state));
  }

  /** What is known of the portal by now. */
  get facts(): DatasetFacts {
    return this.#facts;
  }

  get plan(): BronzePlan {
    return this.#plan;
  }

  /** All that were sent so far, but those of the parts that count: they are the load's. */
  get requests(): number {
    return this.#requests;
  }

  get fetched(): readonly FetchedPart[] {
    return [...this.#read.values()].map((one) => one.fetched);
  }

  /** Ids of parts that were read a second time because the first reading made no sense. */
  get readTwice(): ReadonlySet<string> {
    return new Set(this.#doubtful.map(({ fetch }) => fetch.sweepOf ?? fetch.stretchOf ?? fetch.partId));
  }

  /** Fetches what the plan asks for. @throws LakeError LK3xxx */
  async readAll(): Promise<void> {
    this.#doubtful.push(...(await this.#readPlanned(false)));
  }

  /** What made no sense is read once more. @throws LakeError what is wrong with it then. */
  async readDoubtfulAgain(): Promise<void> {
    if (this.#doubtful.length > 0) await this.readAgain(doubts(this.#doubtful));
  }

  /** Once, and only these parts: in the safer way of the protocol. @throws LakeError */
  async readAgain(again: Again): Promise<void> {
    for (const [id, { fetch, fetched }] of this.#read) {
      if (!again.has(id) && !again.has(fetch.sweepOf ?? fetch.stretchOf ?? id)) continue;
      this.#requests += fetched.requests;
      this.#read.delete(id);
    }
    const newer = await lookAt(this.#context, this.#node, this.#state, again);
    this.#requests += observed(newer);
    this.#facts = merged(this.#facts, newer);
    const known = { facts: this.#facts, state: this.#state, again };
    this.#plan = possible(planLoad(this.#context, this.#node, { ...known, strategy: 'safe' }));
    await this.#readPlanned(true);
  }

  /** Decodes what was read into staged files; a body that proves to be cut off is read once more. @throws LakeError */
  async stage(): Promise<StagedLoad> {
    try {
      const parts = joinStretches([...this.#read.values()]);
      return await stageLoad(this.#context, this.#node, parts, this.#context.run, this.#state);
    } catch (error) {
      const part = cutOff(error, this.#read.values());
      if (!part) throw error;
      const doubt = brokenOff(part, error as LakeError);
      if (part.safe) throw doubt.error;
      this.#doubtful.push(doubt);
      await this.readAgain(doubts([doubt])).catch((again: unknown) => {
        // A portal that cannot be reached now says so itself; pages that make no sense are for the same reason as the file.
        throw again instanceof LakeError && !again.transient ? doubt.error : again;
      });
      return this.stage();
    }
  }

  async #readPlanned(safe: boolean): Promise<readonly Doubtful[]> {
    const reading = await readParts(this.#context, this.#node, this.#plan, this.#facts, safe);
    for (const one of reading.read) this.#read.set(one.fetch.partId, one);
    this.#requests += reading.recounts;
    return reading.doubtful;
  }
}

function possible(plan: BronzePlan): BronzePlan {
  if (plan.error) throw fromErrorInfo(plan.error);
  return plan;
}

function doubts(parts: readonly Doubtful[]): Again {
  return new Map(
    parts.map(({ fetch, error }) => [
      fetch.sweepOf ?? fetch.partId,
      { reason: error.message, full: fetch.kind === 'full', sweep: fetch.sweepOf !== undefined },
    ]),
  );
}

/** What is known of the parts that were asked again is the newer; all others stay. */
function merged(before: DatasetFacts, newer: DatasetFacts): DatasetFacts {
  if (before.status !== 'ok' || newer.status !== 'ok') return newer;
  const again = new Map(newer.parts.map((one) => [one.part.id, one]));
  return { ...before, parts: before.parts.map((one) => again.get(one.part.id) ?? one) };
}

function observed(facts: DatasetFacts): number {
  return facts.status === 'depends' ? 0 : facts.requests;
}
