/** Rows that another program wrote into a bronze table: what lake published is put back, before anything is asked for. */
import type { BronzeNode } from '../../compile/types.js';
import { foreignWrites } from '../../plan/foreign-writes.js';
import type { RunContext } from '../context.js';

/**
 * A commit without rows of its own, whose files are those of lake's last version. Where some of them are gone it is left
 * to the load that brings them again.
 * @returns What is to be told of it; undefined where nobody wrote.
 */
export async function takeBack(context: RunContext, node: BronzeNode): Promise<string | undefined> {
  const head = context.pins.head(node.id);
  const written = foreignWrites(head?.foreign);
  if (head === undefined || written === undefined) return undefined;
  if (!head.lost) {
    const committed = await context.lake.commit({
      table: node.id,
      base: head.version,
      mode: 'state',
      columns: [],
      partitionBy: [],
      files: [],
      state: { ...head.state, run: context.run },
    });
    context.pins.committed(committed);
  }
  return `${written}; that is taken back, for the table is what the portal delivered`;
}
