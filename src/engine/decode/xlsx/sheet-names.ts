/** Chooses the sheets of a workbook: by name, or by a pattern whose variables become columns. */

import { LakeError } from '../../../errors/lake-error.js';
import { didYouMean } from '../../../errors/nearest.js';
import { matchPattern } from '../name-pattern.js';

export interface ChosenSheet {
  readonly name: string;
  /** What the pattern's variables stand for: {period: '2008'}. */
  readonly variables: Readonly<Record<string, string>>;
}

/** `RawData-Ref Period {period}` matches every sheet of that form; without a pattern the first sheet is meant. */
export function chooseSheets(
  names: readonly string[],
  sheet: string | undefined,
  part: string,
): readonly ChosenSheet[] {
  const chosen =
    sheet === undefined ? names.slice(0, 1).map((name) => ({ name, variables: {} })) : matching(names, sheet);
  if (chosen.length > 0) return chosen;
  throw new LakeError(
    'LK5016',
    `${part}: no sheet is named "${sheet ?? ''}"; there are ${names.map((n) => `"${n}"`).join(', ')}`,
    {
      hint: (sheet === undefined ? undefined : didYouMean(sheet, names)) ?? 'correct `sheet:` under `read:`',
      details: { sheet, sheets: names },
    },
  );
}

function matching(names: readonly string[], sheet: string): readonly ChosenSheet[] {
  return names.flatMap((name) => {
    const variables = matchPattern(sheet, name);
    return variables ? [{ name, variables }] : [];
  });
}
