/** What a followed table holds beside what one holds that asked for everything, and beside what the portal has. */
import { rowsOf, withLakes } from '../city.js';
import type { Kind } from './kinds.js';
import { specOf } from './kinds.js';
import type { PortalDay } from './portal-days.js';

/** Kind → what is wrong, in words and rows; nothing for a table that is right. */
export async function wrongTables(
  root: string,
  served: readonly { readonly kind: Kind; readonly now: PortalDay; readonly gone: ReadonlySet<string> }[],
): Promise<ReadonlyMap<Kind, readonly unknown[]>> {
  return withLakes(root, ['lake', 'fresh'], async (connection) => {
    const wrong = new Map<Kind, readonly unknown[]>();
    const ask = (sql: string) => rowsOf(connection, sql);
    for (const { kind, now, gone } of served) {
      const { archive, soft, portal, key } = specOf(kind);
      const found: unknown[] = [];
      const named = portal === 'nyc' ? 'collision_id' : 'event_unique_id';
      const keysOf = async (sql: string) => (await ask(sql)).map(([one]) => String(one));
      for (const table of [kind, `${kind}__quarantine`]) {
        const [left, right] = ['lake0', 'lake1'].map((lake) => {
          const there = soft && table === kind ? 'where _deleted_at is null' : '';
          return `select columns(c -> c not in ('_load_id', '_row', '_loaded_at', '_deleted_at')) from ${lake}.silver.${table} ${there}`;
        });
        found.push(
          ...(await ask(`select '${table} lacks', d.* from (${right} except all ${left}) d limit 5`)),
        );
        const more = `(${left} except all ${right}) d`;
        if (!archive && !(soft && table !== kind))
          found.push(...(await ask(`select '${table} has besides', d.* from ${more} limit 5`)));
        else
          for (const one of await keysOf(
            `select ${table === kind ? named : `_record->>'${named}'`} from ${more}`,
          ))
            if (!gone.has(one)) found.push([`${table} has besides`, one]);
      }
      const counted = await ask(
        `select (select count(*) from lake1.silver.${kind})::int + (select count(*) from lake1.silver.${kind}__quarantine)::int`,
      );
      if (counted[0]![0] !== now.rows)
        found.push(['rows of the portal, rows of a full load', now.rows, counted[0]![0]]);
      if (soft && key)
        for (const one of await keysOf(
          `select ${named} from lake0.silver.${kind} where _deleted_at is not null`,
        ))
          if (!gone.has(one)) found.push([`${kind} says deleted`, one]);
      if (found.length > 0) wrong.set(kind, found);
    }
    return wrong;
  });
}
