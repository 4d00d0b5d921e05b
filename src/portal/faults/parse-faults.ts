/** `status429=0.1,cut=0.02:500`: names with their rate, and an amount where the default will not do. */
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { FaultChance } from '../types.js';
import { FAULTS, type FaultName } from './catalogue.js';

/** The faults that a text names, and what is wrong with it. */
export interface ReadFaults {
  readonly chances: readonly FaultChance[];
  readonly mistakes: readonly { readonly message: string; readonly hint?: string }[];
}

/**
 * The faults of `--faults`.
 * @throws LakeError LK7106 for a name, rate or amount that is none, and when the rates of faults that exclude each
 *   other add up to more than 1.
 */
export function parseFaults(text: string): readonly FaultChance[] {
  const { chances, mistakes } = readFaults(text);
  const [first] = mistakes;
  if (first !== undefined) throw new LakeError('LK7106', first.message, { hint: first.hint });
  return chances;
}

/** Never throws: what is wrong stands in `mistakes`. */
export function readFaults(text: string): ReadFaults {
  const chances: FaultChance[] = [];
  const mistakes: { message: string; hint?: string }[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const read = readEntry(entry);
    if (!('rate' in read)) mistakes.push(read);
    else if (chances.some(({ name }) => name === read.name)) {
      mistakes.push({ message: `"${read.name}" is written twice`, hint: 'Keep one of them' });
    } else chances.push(read);
  }
  const sum = chances.filter(isExclusive).reduce((total, { rate }) => total + rate, 0);
  if (sum > 1 + 1e-9) {
    mistakes.push({
      message: `the rates of faults of which one alone can strike a request add up to ${Number(sum.toFixed(3))}`,
      hint: 'Lower them to 1 or less in all',
    });
  }
  return { chances, mistakes };
}

/** True of a fault that shares one draw with the others of its kind. */
export function isExclusive({ kind }: FaultChance): boolean {
  return FAULTS.some((fault) => fault.kind === kind && fault.exclusive);
}

const shape = /^([^=:]*)=([^:]*)(?::(.*))?$/;

function readEntry(entry: string): FaultChance | { readonly message: string; readonly hint?: string } {
  const [, name = '', rateText = '', amountText] = shape.exec(entry) ?? [];
  if (!entry.includes('=') || name === '') {
    return { message: `"${entry}" is not a fault with its rate`, hint: 'Write name=rate, such as cut=0.02' };
  }
  const fault = faultNamed(name);
  if (fault === undefined) {
    const names = FAULTS.map((known) => known.name);
    return {
      message: `no fault "${name}"; there are ${names.join(', ')}`,
      hint: didYouMean(name, names) ?? '`lake portal --help` says what each of them does',
    };
  }
  const rate = rateText.trim() === '' ? Number.NaN : Number(rateText);
  if (!(rate >= 0 && rate <= 1)) {
    return {
      message: `"${rateText}" is not a rate of ${name}`,
      hint: `Write the share of requests from 0 to 1, such as ${name}=0.1`,
    };
  }
  const amount = readAmount(fault, amountText);
  if (amount === 'wrong') {
    const hint =
      fault.amount === undefined
        ? `Write ${name}=${rateText} alone: this fault takes no amount`
        : `Behind the colon stands a whole number: ${fault.amount}`;
    return { message: `"${amountText}" is not an amount of ${name}`, hint };
  }
  return {
    name,
    kind: fault.kind,
    ...(fault.kind === 'status' && { status: Number(name.slice('status'.length)) }),
    rate,
    ...(amount !== undefined && { amount }),
  };
}

function faultNamed(name: string): FaultName | undefined {
  if (/^status[45]\d\d$/.test(name)) return FAULTS.find(({ kind }) => kind === 'status');
  return FAULTS.find((fault) => fault.name === name);
}

function readAmount(fault: FaultName, text: string | undefined): number | 'none' | 'wrong' | undefined {
  if (text === undefined) return undefined;
  if (fault.amount === undefined) return 'wrong';
  if (fault.kind === 'status' && text === 'none') return 'none';
  const pattern = fault.signed ? /^-?\d{1,9}$/ : /^\d{1,9}$/;
  return pattern.test(text) ? Number(text) : 'wrong';
}
