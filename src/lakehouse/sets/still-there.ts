/** What an earlier set names and the lake has no more: tables that were dropped and vacuumed since. */
import { LakeError } from '../../errors/lake-error.js';
import type { Lake, RunSet, TableId } from '../types.js';

/** Clocks of machines that publish in one lake differ by less. Milliseconds. */
const CLOCKS = 600_000;

/**
 * The set without what is gone. A table that was made anew under its name has versions of the same numbers: they are younger than the set.
 * @param sql What is asked: who names such a table is told.
 * @throws LakeError LK6024
 */
export async function stillThere(lake: Lake, set: RunSet, sql: string): Promise<RunSet> {
  const asked = new Set(sql.toLowerCase().split(/[^\p{L}\p{N}_-]+/u));
  const published = (at: string) => Date.parse(at) <= Date.parse(set.at) + CLOCKS;
  const keep = async (
    versions: Readonly<Record<TableId, number>>,
    publishedAt: (name: TableId, version: number) => Promise<string>,
  ) => {
    const kept = await Promise.all(
      Object.entries(versions).map(async ([name, version]) => {
        try {
          if (published(await publishedAt(name, version))) return [[name, version] as const];
        } catch (error) {
          if (!(error instanceof LakeError) || error.code !== 'LK6024') throw error;
        }
        if (!asked.has(name.slice(name.indexOf('.') + 1).toLowerCase())) return [];
        throw new LakeError('LK6024', `${name} was dropped since, and its files of then are deleted`, {
          hint: 'Ask for a later time. How long dropped tables are kept is said by `lake vacuum --retention`.',
          details: { table: name, version },
        });
      }),
    );
    return Object.fromEntries(kept.flat());
  };
  return {
    ...set,
    tables: await keep(set.tables, async (name, version) => (await lake.at(name, version)).state.at),
    ...(set.views && {
      views: await keep(set.views, async (name, version) => (await lake.viewAt(name, version)).state.at),
    }),
  };
}
