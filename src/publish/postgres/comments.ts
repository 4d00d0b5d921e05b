/** Descriptions of the lake as comments of the target; what has no description keeps the comment that it has. */
import { quoteIdent, quoteText } from '../../sql/quote.js';
import type { Session } from './session.js';
import type { There } from './there.js';
import type { Wanted } from './wanted.js';

/** @param there As it was; left out: it has none. @returns Whether there was anything to say. */
export async function keepComments(session: Session, wanted: Wanted, there?: There): Promise<boolean> {
  const { qualified, description, columns } = wanted;
  const statements: string[] = [];
  if (description && description !== there?.comment)
    statements.push(`comment on table ${qualified} is ${quoteText(description)}`);
  for (const column of columns) {
    const before = there?.columns.find(({ name }) => name === column.name)?.comment;
    if (column.description && column.description !== before)
      statements.push(
        `comment on column ${qualified}.${quoteIdent(column.name)} is ${quoteText(column.description)}`,
      );
  }
  for (const statement of statements) await session.run(statement);
  return statements.length > 0;
}
