/**
 * How a table moves from day to day. Each item's fate follows from its number alone, so that a day can be made
 * without the days before it. From day 2 on every day withdraws, changes and adds a fixed number of items.
 */

/** How many items a table has, and how many of them each day moves. */
export interface Movement {
  /** Items on day 1; a prime, so that the items of a day are spread over the table. */
  readonly base: number;
  readonly addedPerDay: number;
  readonly changedPerDay: number;
  readonly withdrawnPerDay: number;
  /** Share of the base that may be withdrawn one day; the rest may be changed. */
  readonly withdrawable: number;
}

/** What has become of one item. */
export interface Fate {
  /** Day of the newest change, or the day on which the item was added; 1 for what never moved. */
  readonly since: number;
  /** How often it was changed. */
  readonly revision: number;
}

const firstMove = 2;
const stride = 7919;

/** Items that were ever there by the end of a day, withdrawn ones included. */
export function itemsUntil(movement: Movement, day: number): number {
  return movement.base + movement.addedPerDay * Math.max(0, day - 1);
}

/** True for items of day 1 that are withdrawn sooner or later. */
export function isWithdrawable(movement: Movement, seed: number, item: number): boolean {
  return item < movement.base && slotOf(movement, seed, item) < movement.base * movement.withdrawable;
}

/** What has become of an item by a day; undefined when it is withdrawn. `item` < `itemsUntil(day)`. */
export function fateOf(movement: Movement, seed: number, item: number, day: number): Fate | undefined {
  const { base, addedPerDay, changedPerDay, withdrawnPerDay } = movement;
  if (item >= base) return { since: firstMove + Math.floor((item - base) / addedPerDay), revision: 0 };
  const slot = slotOf(movement, seed, item);
  const withdrawable = Math.floor(base * movement.withdrawable);
  if (slot < withdrawable) {
    const withdrawnOn = firstMove + Math.floor(slot / withdrawnPerDay);
    return withdrawnOn <= day ? undefined : { since: 1, revision: 0 };
  }
  const firstChange = firstMove + Math.floor((slot - withdrawable) / changedPerDay);
  if (firstChange > day) return { since: 1, revision: 0 };
  const cycle = Math.ceil((base - withdrawable) / changedPerDay);
  const revision = 1 + Math.floor((day - firstChange) / cycle);
  return { since: firstChange + (revision - 1) * cycle, revision };
}

function slotOf(movement: Movement, seed: number, item: number): number {
  return (item * stride + seed * 31) % movement.base;
}
