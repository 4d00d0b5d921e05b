/** CSV in a unit test: a few lines that a person wrote. Data files are read by the engine. */

type Row = Readonly<Record<string, string | null>>;

export type CsvRows = { readonly rows: readonly Row[] } | { readonly problem: string };

/**
 * Rows by the names in the first line, blanks around values taken off where they are not quoted. As in dbt an empty value is
 * NULL, and a text without any line has no rows. RFC 4180: `""` within quotes is one.
 */
export function csvRows(text: string): CsvRows {
  const records = readRecords(text);
  if (records === undefined) return { problem: 'a value that begins with " is never closed' };
  const [header, ...lines] = records;
  if (header === undefined) return { rows: [] };
  const names = header.map((name) => name.trim());
  const unnamed = names.indexOf('');
  if (unnamed >= 0) return { problem: `column ${unnamed + 1} has no name in the first line` };
  const rows: Row[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.length !== names.length) {
      return { problem: `row ${i + 1} has ${line.length} values, and the first line names ${names.length}` };
    }
    rows.push(Object.fromEntries(names.map((name, c) => [name, line[c] === '' ? null : line[c]!])));
  }
  return { rows };
}

/** Records as lists of values; undefined where a quote is never closed. Lines of blanks alone are no records. */
function readRecords(text: string): string[][] | undefined {
  const records: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const record: string[] = [];
    for (;;) {
      const value = /^[ \t]*"((?:[^"]|"")*)"[ \t]*(?=,|\r?\n|$)/.exec(text.slice(at));
      const plain = value ?? /^[^,\r\n]*/.exec(text.slice(at))!;
      if (!value && plain[0].trimStart().startsWith('"')) return undefined;
      record.push(value ? value[1]!.replaceAll('""', '"') : plain[0].trim());
      at += plain[0].length;
      if (text[at] !== ',') break;
      at += 1;
    }
    at += /^\r?\n?/.exec(text.slice(at))![0].length;
    if (record.length > 1 || record[0] !== '') records.push(record);
  }
  return records;
}
