/** Who may do what with a relation: asked before it is made anew, and given to the new one. */
import { quoteIdent } from '../../sql/quote.js';
import type { Session } from './session.js';

/** Statements that follow `grant`, with `%` where the relation's name goes. */
export type Grants = readonly string[];

const GRANTS = `
with relation as (
  select c.oid, c.relacl, c.relowner from pg_class c where c.oid = to_regclass($1)
), granted as (
  select a.privilege_type || '' as what, a.grantee, a.is_grantable, r.relowner
  from relation r, aclexplode(r.relacl) a
  union all
  select a.privilege_type || ' (' || quote_ident(t.attname) || ')', a.grantee, a.is_grantable, r.relowner
  from relation r join pg_attribute t on t.attrelid = r.oid and not t.attisdropped, aclexplode(t.attacl) a
)
select what || ' on % to ' || case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end
  || case when is_grantable then ' with grant option' else '' end as granted
from granted where grantee <> relowner`;

/** @param qualified `"public"."requests"` */
export async function grantsOf(session: Session, qualified: string): Promise<Grants> {
  return (await session.rows(GRANTS, [qualified])).map(({ granted }) => String(granted));
}

export async function grantAgain(session: Session, qualified: string, grants: Grants): Promise<void> {
  for (const granted of grants) await session.run(`grant ${granted.replace('%', () => qualified)}`);
}

/** The owner stays who it was, where somebody else's table was made anew. */
export async function giveTo(session: Session, qualified: string, owner: string): Promise<void> {
  const current = await session.row('select current_user as name');
  if (current?.['name'] !== owner)
    await session.run(`alter table ${qualified} owner to ${quoteIdent(owner)}`);
}
