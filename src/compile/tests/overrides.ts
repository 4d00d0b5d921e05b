/** `overrides.macros` of a unit test: names that answer something else in it. */
import { didYouMean } from '../../errors/nearest.js';
import type { Json, ModelUnitTest } from '../../project/types.js';
import { quoteText } from '../../sql/quote.js';
import { LIBRARY_NAMES } from '../library/names.js';
import type { RenderSetting } from '../render-setting.js';
import type { SqlMacro, SqlMacros } from '../sql/macros.js';
import { helpers } from '../template/helpers/index.js';

/** A name among the overrides that nothing has, or that cannot be overridden. */
export function unknownOverride(
  { name, macros }: ModelUnitTest,
  { macros: partials }: Pick<RenderSetting, 'macros'>,
  sql: SqlMacros,
): { readonly message: string; readonly hint: string } | undefined {
  const known = [
    ...helpers.keys(),
    ...LIBRARY_NAMES,
    ...partials.keys(),
    ...sql.all.map((macro) => macro.name),
  ];
  for (const [overridden, value] of Object.entries(macros)) {
    if (!known.includes(overridden)) {
      return {
        message: `the unit test "${name}" overrides "${overridden}", and there is no helper or macro of that name`,
        hint: didYouMean(overridden, known) ?? 'Name a macro of macros/, or a helper such as is_incremental',
      };
    }
    const isBoolean = typeof value === 'boolean';
    if (overridden === 'is_incremental' && !isBoolean) {
      return {
        message: `the unit test "${name}" overrides is_incremental with ${JSON.stringify(value)}`,
        hint: 'Write true or false',
      };
    }
    if (sql.all.some((macro) => macro.name === overridden && (macro.table || typeof value === 'object'))) {
      return {
        message: `the unit test "${name}" overrides the macro "${overridden}", which yields a table, or with no single value`,
        hint: 'Give rows to what it reads instead',
      };
    }
  }
  return undefined;
}

/** The project's SQL macros, those of these names with this value instead of their bodies; undefined where none has one. */
export function overriddenSqlMacros(
  overrides: Readonly<Record<string, Json>>,
  { all }: SqlMacros,
): readonly string[] | undefined {
  if (!all.some((macro) => Object.hasOwn(overrides, macro.name))) return undefined;
  return all.map((macro) =>
    Object.hasOwn(overrides, macro.name) ? `${headOf(macro)} ${literal(overrides[macro.name]!)}` : macro.sql,
  );
}

/** `create macro x(a, b) as`. */
function headOf({ tokens }: SqlMacro): string {
  const as = tokens.findIndex(({ kind, text }) => kind === 'word' && text.toLowerCase() === 'as');
  return tokens
    .slice(0, as + 1)
    .map(({ text }) => text)
    .join(' ');
}

function literal(value: Json): string {
  if (value === null) return 'null';
  return typeof value === 'string' ? quoteText(value) : String(value);
}
