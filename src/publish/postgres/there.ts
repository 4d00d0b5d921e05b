/** What the target has under the name of a publication's table, as its catalog says. */
import type { Session } from './session.js';
import type { Wanted } from './wanted.js';

export interface ThereColumn {
  readonly name: string;
  /** As `format_type` writes it. */
  readonly type: string;
  readonly notNull: boolean;
  /** It has a value where none is given: a default, an identity, an expression. */
  readonly filled: boolean;
  readonly generated: boolean;
  readonly comment: string | null;
}

export interface ThereIndex {
  readonly name: string;
  /** Of whole columns and all rows, and no two rows have the same. */
  readonly unique: boolean;
  readonly primary: boolean;
  readonly constraint: string | null;
  readonly columns: readonly string[];
  /** Columns of its expressions and conditions as well. */
  readonly reads: readonly string[];
  /** No two rows may have the same in it, of whatever columns and rows. */
  readonly refuses: boolean;
}

export interface There {
  readonly oid: string;
  /** `r`: a table; `p`: one in partitions. Source: pg_class.relkind */
  readonly kind: string;
  readonly owner: string;
  readonly isOwn: boolean;
  readonly comment: string | null;
  readonly columns: readonly ThereColumn[];
  readonly indexes: readonly ThereIndex[];
  /** What would be lost with the table, though nothing depends on it: triggers, policies, partitions, statistics, settings. */
  readonly bound: boolean;
}

const CATALOG = `
select c.oid::text as oid, c.relkind as kind, pg_get_userbyid(c.relowner) as owner,
  pg_has_role(c.relowner, 'USAGE') as "isOwn",
  obj_description(c.oid, 'pg_class') as comment,
  coalesce((select json_agg(json_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
      'filled', a.atthasdef or a.attidentity <> '', 'generated', a.attgenerated <> '',
      'comment', col_description(c.oid, a.attnum)) order by a.attnum)
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
  coalesce((select json_agg(json_build_object(
      'name', i.relname, 'primary', x.indisprimary,
      'unique', x.indisunique and x.indisvalid and x.indpred is null and x.indexprs is null and x.indnatts = x.indnkeyatts,
      'constraint', (select k.conname from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u') limit 1),
      'columns', (select coalesce(json_agg(a.attname), '[]') from pg_attribute a
        where a.attrelid = c.oid and a.attnum = any (x.indkey)),
      'refuses', x.indisunique,
      'reads', (select coalesce(json_agg(a.attname), '[]') from pg_attribute a where a.attrelid = c.oid and (a.attnum = any (x.indkey)
        or exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = x.indexrelid
          and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and d.refobjsubid = a.attnum)))))
    from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = c.oid), '[]') as indexes,
  c.relrowsecurity or c.relispartition
    or exists (select 1 from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)
    or exists (select 1 from pg_policy p where p.polrelid = c.oid)
    or exists (select 1 from pg_publication_rel r where r.prrelid = c.oid)
    or exists (select 1 from pg_inherits h where c.oid in (h.inhrelid, h.inhparent))
    or c.reloptions is not null or c.relpersistence <> 'p' or c.reltablespace <> 0 or c.relreplident <> 'd'
    or exists (select 1 from pg_class t where t.oid = c.reltoastrelid and t.reloptions is not null)
    or exists (select 1 from pg_statistic_ext s where s.stxrelid = c.oid)
    or exists (select 1 from pg_rewrite w where w.ev_class = c.oid)
    or exists (select 1 from pg_attribute a join pg_type y on y.oid = a.atttypid where a.attrelid = c.oid and a.attnum > 0
      and (coalesce(a.attstattarget, -1) <> -1 or a.attoptions is not null or a.attstorage <> y.typstorage))
    or exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype in ('f', 'c', 'x')) as bound
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2`;

export async function lookThere(
  session: Session,
  { schema, table }: Pick<Wanted, 'schema' | 'table'>,
): Promise<There | undefined> {
  return (await session.row(CATALOG, [schema, table])) as There | undefined;
}

/** Whether no two rows can have the same values in these columns. */
export function tellsApart({ indexes }: There, key: readonly string[]): boolean {
  return indexes.some(({ unique, columns }) => unique && sameNames(columns, key));
}

export const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));
