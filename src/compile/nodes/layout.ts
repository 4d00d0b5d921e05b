/** How the files of a table are laid out: `sort_by`. Pure. */
import type { Diagnostic, SourceSpan } from '../../errors/diagnostic.js';
import type { Json } from '../../project/types.js';
import type { ModelNode, SortKey } from '../types.js';

/** `day`, `day desc`, `"a b" asc nulls first`. */
const KEY =
  /^(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?$/iu;

/** Keys of one text, `a, b desc`, or of a list. Undefined where one of them is none: an expression, an unknown word. */
export function sortKeys(written: Json | undefined): readonly SortKey[] | undefined {
  if (written === undefined || written === null) return [];
  const texts = [written].flat().flatMap((text) => String(text).split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
  const keys = texts.map((text): SortKey | undefined => {
    const found = KEY.exec(text.trim());
    if (!found) return undefined;
    const [, quoted, plain, direction, nulls] = found;
    return {
      column: quoted?.replaceAll('""', '"') ?? plain!,
      descending: direction?.toLowerCase() === 'desc',
      nullsFirst: nulls?.toLowerCase() === 'first',
    };
  });
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** What a node says of its layout. Reports LK2021 where `sort_by` cannot be read. */
export function layoutOf(
  name: string,
  config: Readonly<Record<string, Json>>,
  places: Readonly<Record<string, SourceSpan>>,
  at: SourceSpan,
  report: (diagnostic: Diagnostic) => void,
): Pick<ModelNode, 'sortBy'> {
  const keys = sortKeys(config['sort_by']);
  if (keys) return keys.length > 0 ? { sortBy: keys } : {};
  report({
    code: 'LK2021',
    severity: 'error',
    message: `sort_by of "${name}" is ${JSON.stringify(config['sort_by'])}, expected columns, each with asc or desc`,
    at: places['sort_by'] ?? at,
    hint: 'Write sort_by: [day, amount desc]; rows are sorted by columns, not by expressions',
  });
  return {};
}

/** What of it decides about files that stand: nothing where no order is asked for. */
export function layoutEssence(written: Json | undefined): { readonly sortBy?: readonly SortKey[] } {
  const sortBy = sortKeys(written) ?? [];
  return sortBy.length > 0 ? { sortBy } : {};
}
