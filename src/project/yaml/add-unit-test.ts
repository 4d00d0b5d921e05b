/** Writes a unit test into the text of a properties file; whatever else stands there stays as it is, to the letter. */
import { Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import type { Json } from '../types.js';

type Row = Readonly<Record<string, Json>>;

export interface WrittenUnitTest {
  readonly name: string;
  readonly model: string;
  readonly description?: string;
  readonly given: readonly { readonly input: string; readonly rows: readonly Row[] }[];
  readonly expect: { readonly rows: readonly Row[] };
}

/** The text with the test at the end of its `unit_tests`. An empty text becomes a properties file. */
export function addUnitTest(text: string, test: WrittenUnitTest): string {
  const breaks = text.includes('\r\n') ? '\r\n' : '\n';
  const document = parseDocument(text, { version: '1.2' });
  const root = document.contents;
  const list = isMap(root) ? root.get('unit_tests', true) : undefined;
  const entry = entryText(test);
  if (isSeq(list) && list.flow !== true && list.items.length > 0) {
    const items = list.items as YAMLMap[];
    const start = items[0]!.range![0];
    const dash = text.lastIndexOf('-', start);
    const indent = dash - text.lastIndexOf('\n', dash) - 1;
    const end = endOfLine(text, items.at(-1)!.range![1]);
    return splice(text, end, indented(entry, indent), breaks);
  }
  if (isSeq(list) || (isScalar(list) && list.value === null)) {
    // `unit_tests: []` and the like: that key alone is written anew.
    document.setIn(['unit_tests'], document.createNode([entryNode(new Document(), test)]));
    return document.toString({ lineWidth: 0 });
  }
  const key = `unit_tests:\n${indented(entry, 2)}`;
  return text.trim() === '' ? `version: 2\n\n${key}` : splice(text, text.length, `\n${key}`, breaks);
}

/** The offset where the line ends that holds the character before. */
function endOfLine(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const next = text.indexOf('\n', offset);
  return next < 0 ? text.length : next + 1;
}

function splice(text: string, at: number, added: string, breaks: string): string {
  const before = text.slice(0, at);
  const gap = before === '' || before.endsWith('\n') ? '' : breaks;
  return `${before}${gap}${added.replaceAll('\n', breaks)}${text.slice(at)}`;
}

function indented(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

/** The test as an entry of a list, each row on a line of its own. */
function entryText(test: WrittenUnitTest): string {
  const document = new Document();
  document.contents = document.createNode([entryNode(document, test)]) as never;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function entryNode(document: Document, test: WrittenUnitTest) {
  const rows = (list: readonly Row[]) =>
    document.createNode(list.map((row) => document.createNode(row, { flow: true })));
  return {
    ...test,
    given: test.given.map(({ input, rows: list }) => ({ input, rows: rows(list) })),
    expect: { rows: rows(test.expect.rows) },
  };
}
