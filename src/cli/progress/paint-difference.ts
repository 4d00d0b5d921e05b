/** Colours for how rows differ, as `quality/unit-test.ts` writes it: `-` missing, `+` not expected, `~` with `expected → actual`. */
import type { Paint } from './paint.js';

/** The lines in the same letters. */
export function paintDifference(lines: readonly string[], paint: Paint): readonly string[] {
  return lines.map((line) => {
    if (line.startsWith('-  ')) return paint.red(line);
    if (line.startsWith('+  ')) return paint.green(line);
    if (!line.startsWith('~  ')) return line;
    // Cells are parted by two blanks or more; a changed one holds both values.
    return line.replace(
      /(\S(?:(?! {2}).)*?) → ((?:(?! {2}).)+)/g,
      (_, want: string, got: string) => `${paint.red(want)} → ${paint.green(got)}`,
    );
  });
}
