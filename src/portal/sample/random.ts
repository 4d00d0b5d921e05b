/** Pseudo-random numbers that depend on the seed and a name alone: the same row, in any order, on any machine. */

/** One stream of numbers. */
export class Random {
  private state: number;

  private constructor(state: number) {
    this.state = state >>> 0;
  }

  /** A stream of its own for each (seed, name, index). */
  static of(seed: number, name: string, index = 0): Random {
    let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return new Random(scramble(hash ^ Math.imul(index + 1, 0xc2b2ae35)));
  }

  /** 0 ≤ x < 1. The generator is mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)]!;
  }

  /** Picks early values more often than late ones. */
  pickEarly<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() ** 1.6 * values.length)]!;
  }

  /** Picks by weight. */
  weighted<T>(choices: readonly (readonly [value: T, weight: number])[]): T {
    let total = 0;
    for (let i = 0; i < choices.length; i++) total += choices[i]![1];
    let left = this.next() * total;
    for (let i = 0; i < choices.length; i++) {
      left -= choices[i]![1];
      if (left < 0) return choices[i]![0];
    }
    return choices.at(-1)![0];
  }

  /** Lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = '';
    while (text.length < digits)
      text += Math.floor(this.next() * 0x10000)
        .toString(16)
        .padStart(4, '0');
    return text.slice(0, digits);
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  }
}

function scramble(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
