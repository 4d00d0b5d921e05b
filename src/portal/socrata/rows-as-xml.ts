/** Rows as SODA's XML, which clients know as `rdf`: a row's fields as elements, NULL left out. */
import { escapeXml } from '../escape-xml.js';
import { type RowStore, type Run, writtenRows } from '../rows/row-store.js';
import { readerOf } from './fields.js';
import type { WrittenField } from './rows-as-json.js';

/** The rows of `runs` as one document, in blocks. @param address URL of the dataset's rows. */
export async function* rowsAsXml(
  store: RowStore,
  runs: readonly Run[],
  fields: readonly WrittenField[],
  address: string,
): AsyncGenerator<Buffer> {
  const columns = fields.map(({ field, alias, source }) => {
    const name = alias.replace(/^:@?/, '_');
    const isTime = field.type === 'floating_timestamp' || field.type === 'fixed_timestamp';
    return { name, read: readerOf(source), text: isTime ? withoutFraction : escapeXml };
  });
  yield Buffer.from('<response><rows>');
  yield* writtenRows(store, runs, (values, row) => {
    let line = `<row _id="${row + 1}" _position="0" _address="${address}/${row + 1}">`;
    for (const column of columns) {
      const value = column.read(values, row);
      if (value !== null) line += `<${column.name}>${column.text(value)}</${column.name}>`;
    }
    return `${line}</row>`;
  });
  yield Buffer.from('</rows></response>');
}

function withoutFraction(value: string): string {
  return value.replace(/\.000$/, '');
}
