/** Columns as arguments name them. */
import type { Json } from '../../../project/types.js';
import { quoteIdent } from '../../../sql/quote.js';

const NAME = /^[\p{L}_][\p{L}\p{N}_$]*$/u;
const QUOTED = /^"(?:[^"]|"")+"$/;

/** A plain name is quoted; everything else is SQL of its own: `coalesce(valid_to, today())`. */
export function columnSql(written: Json): string {
  const text = String(written).trim();
  if (NAME.test(text)) return quoteIdent(text);
  return QUOTED.test(text) ? text : `(${text})`;
}

/** A column or a list of them; none where nothing is given. */
export function columnList(written: Json | undefined, quote: Json = false): readonly string[] {
  if (written === undefined || written === null) return [];
  const names = Array.isArray(written) ? (written as readonly Json[]) : [written];
  return names.map((name) => (quote === true ? quoteIdent(String(name)) : columnSql(name)));
}

/** The names that are plain columns, for checks before anything runs. */
export function plainNames(written: Json | undefined): readonly string[] {
  const names = Array.isArray(written) ? (written as readonly Json[]) : [written ?? ''];
  return names.map((name) => String(name).trim()).filter((name) => NAME.test(name));
}
