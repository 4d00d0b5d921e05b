import { relationSql } from '../../names.js';
import type { NodeId } from '../../types.js';
import type { Helper, HelperCall } from './helper.js';

const VERSION_KEYS = ['v', 'version'] as const;

export const ref: Helper = {
  name: 'ref',
  usage: "{{ref 'x'}}",
  arity: [1, 1],
  named: true,
  summary:
    "Another node's relation, and an edge of the graph: a model, or a dataset's silver; `bronze.x` is a dataset as delivered. `v=2` names a version of a model; without it the latest is meant.",
  example: "select * from {{ref 'shootings'}}",
  call(call) {
    const { args, rendition, argAt, fail } = call;
    const [name] = args;
    if (typeof name !== 'string')
      return fail('LK2011', 'ref needs a name in quotes', "Write {{ref 'x'}}", argAt(0));
    if (rendition.of === 'macro') {
      return fail(
        'LK2013',
        'a macro in macros/*.sql cannot ref a table',
        'Give the macro the values as parameters',
      );
    }
    const key = versionKey(call);
    if (key === false) return undefined;
    const id = rendition.names.resolve(name);
    const off = id === undefined ? rendition.names.disabled(name) : undefined;
    if (off) {
      const hint = `It says enabled: false; see ${off.at.file}, or read something else`;
      return fail('LK2019', `the ${off.what} "${name}" is disabled`, hint, argAt(0));
    }
    if (id === undefined) {
      return fail('LK2001', `no dataset or model "${name}"`, rendition.names.suggest(name), argAt(0));
    }
    const meant = key === undefined ? id : versionOf(call, name, key);
    if (meant === undefined) return undefined;
    rendition.asked.refs.push({ id: meant, at: argAt(0) });
    return relationSql(meant);
  },
};

/** The key that the version stands under; false after a mistake. */
function versionKey({ hash, hashAt, fail }: HelperCall): string | undefined | false {
  const keys = Object.keys(hash);
  if (keys.length === 0) return undefined;
  const wrong = keys.find((key) => !VERSION_KEYS.some((known) => known === key));
  if (wrong === undefined) return keys[0];
  fail(
    'LK2011',
    `ref takes no named argument "${wrong}"`,
    "Write {{ref 'x'}} or {{ref 'x' v=2}}",
    hashAt(wrong),
  );
  return false;
}

function versionOf(
  { hash, hashAt, rendition, fail }: HelperCall,
  name: string,
  key: string,
): NodeId | undefined {
  const version = String(hash[key]);
  const versions = rendition.names.versions(name);
  const id = versions?.get(version);
  if (id !== undefined) return id;
  if (!versions) return fail('LK2016', `"${name}" has no versions`, `Write {{ref '${name}'}}`, hashAt(key));
  const known = [...versions.keys()];
  const hint = `Its versions are ${known.join(', ')}`;
  return fail('LK2016', `"${name}" has no version ${version}`, hint, hashAt(key));
}
