/** A dataset that a local portal does not have: nothing is wrong with it, another target has to be asked. */
import { type ErrorInfo, errorInfo, fromErrorInfo, LakeError } from '../../errors/lake-error.js';
import type { Target } from '../../project/types.js';

/** Another origin, no such package or dataset, no such file. */
const NOT_THERE = ['LK3122', 'LK3001', 'LK3103'];

/**
 * The error in words that say so (LK3126), where the target has a local portal and this lake never had a load of the dataset; any
 * other error as it is.
 * @param loaded Whether it was ever loaded: what was there once and is gone is news from the portal.
 */
export function notServed(
  { name, portal, realTarget }: Pick<Target, 'name' | 'portal' | 'realTarget'>,
  dataset: string,
  loaded: boolean,
  error: unknown,
): unknown {
  const { code, message } = errorInfo(error);
  if (portal === undefined || loaded || !NOT_THERE.includes(code)) return error;
  const what = portal === 'sample' ? 'sample data' : `what is recorded in ${portal}`;
  const ask =
    realTarget === undefined
      ? 'the real portals are asked by a target without `portal:`; add one to profiles.yml'
      : `ask the real portal: \`lake build --target ${realTarget} --select ${dataset}+\``;
  const cause = `${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  return new LakeError(
    'LK3126',
    `target ${name} serves only ${what}, and ${dataset} is not in it: ${cause}`,
    {
      hint: portal === 'sample' ? ask : `${ask}; or add it to ${portal}/portal.yml`,
      details: { dataset, ...(realTarget === undefined ? {} : { realTarget }) },
      cause: error,
    },
  );
}

/** The same for an error that was observed and not thrown. */
export function notServedFact(
  target: Parameters<typeof notServed>[0],
  dataset: string,
  loaded: boolean,
  error: ErrorInfo,
): ErrorInfo {
  const thrown = fromErrorInfo(error);
  const told = notServed(target, dataset, loaded, thrown);
  return told === thrown ? error : errorInfo(told);
}
