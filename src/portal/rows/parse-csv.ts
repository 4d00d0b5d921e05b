/** RFC 4180 as people write it: optional quotes, LF or CRLF. For recorded files, which are small enough for memory. */
export interface CsvReader {
  header(names: string[]): void;
  row(values: (string | null)[]): void;
  /** The error to throw for a file that is not a table. */
  fail(why: string): Error;
}

/** An empty field without quotes is NULL, `""` the empty string. Empty lines do not count. */
export function parseCsv(text: string, reader: CsvReader): void {
  let at = 0;
  let line = 1;
  let width = 0;
  while (at < text.length) {
    const values: (string | null)[] = [];
    const firstLine = line;
    for (;;) {
      if (text[at] === '"') {
        let end = text.indexOf('"', at + 1);
        while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
        if (end < 0) throw reader.fail(`the quote that opens in line ${firstLine} never closes`);
        const value = text.slice(at + 1, end).replaceAll('""', '"');
        for (let i = value.indexOf('\n'); i >= 0; i = value.indexOf('\n', i + 1)) line++;
        values.push(value);
        at = end + 1;
      } else {
        const start = at;
        while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++;
        const raw = text.slice(start, at);
        const value = at < text.length && text[at] === ',' ? raw : raw.replace(/\r$/, '');
        values.push(value === '' ? null : value);
      }
      if (text[at] === '\r') at++;
      if (text[at] !== ',') break;
      at++;
    }
    if (at < text.length && text[at] !== '\n')
      throw reader.fail(`line ${line} goes on after a closing quote`);
    at++;
    line++;
    if (values.length === 1 && values[0] === null) continue;
    if (width === 0) {
      width = values.length;
      reader.header(values.map((name) => name ?? ''));
    } else if (values.length !== width) {
      throw reader.fail(`line ${firstLine} has ${values.length} values, the header ${width}`);
    } else {
      reader.row(values);
    }
  }
  if (width === 0) throw reader.fail('it has no header');
}
