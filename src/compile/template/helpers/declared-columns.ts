import { relationId } from '../../names.js';
import type { DeclaredColumn, HelperCall } from './helper.js';

/** The columns that the relation (`(ref 'x')` or a name) of an argument declares; a mistake where it declares none. */
export function declaredColumns(call: HelperCall, index: number): readonly DeclaredColumn[] | undefined {
  const { args, rendition, argAt, fail } = call;
  const written = args[index];
  if (typeof written !== 'string') {
    return fail(
      'LK2011',
      `a relation is expected, not ${JSON.stringify(written)}`,
      "Write (ref 'x')",
      argAt(index),
    );
  }
  const id = relationId(written) ?? rendition.names.resolve(written);
  if (id === undefined) {
    return fail('LK2001', `no dataset or model "${written}"`, rendition.names.suggest(written), argAt(index));
  }
  const found = rendition.columnsOf(id);
  if (found.length > 0) return found;
  const where = id.startsWith('gold.') ? '"columns:" in its YAML' : '"fields:" in its manifest';
  return fail('LK2015', `${id} declares no columns`, `Add ${where}`, argAt(index));
}
