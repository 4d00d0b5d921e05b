import { renderRows } from '../output/print-rows.js';
import { bytes, count, moment, rows } from '../progress/format.js';
import type { Described } from './describe-node.js';

const SHOWN = 8;
/** Where the facts begin, behind their names. */
const INDENT = 11;

/**
 * The description for a person: facts first, then the columns as a table. Newline at the end.
 * @param width Characters of a line; undefined where nobody looks at a terminal.
 */
export async function renderDescribed(it: Described, color: boolean, width?: number): Promise<string> {
  const facts: readonly Fact[] = [
    ['source', it.source?.split(', ') ?? []],
    ['file', [it.file]],
    ['reads', list(it.reads)],
    ['read by', list(it.read_by)],
    ['key', it.kind === 'model' ? [] : it.key?.length ? list(it.key) : ['none']],
    ['tests', list(it.tests.map((test) => ofNode(test, it.node)))],
    ['tags', list(it.tags)],
    ['owner', given(it.owner)],
    ['license', given(it.license)],
    it.materialized === 'view' ? ['view', view(it)] : ['table', [table(it)]],
    ['built', it.built_at === null ? [] : [`${moment(it.built_at)} UTC by run ${it.built_by}`]],
    ['loads', it.loads.length === 0 ? [] : [`${it.loads.length} current`, `newest ${it.loads.at(-1)}`]],
    ['parts', it.parts.length < 2 ? [] : list(it.parts.map(({ part, rows: n }) => `${part} (${count(n)})`))],
    ['path', given(it.path)],
  ];
  const lines = facts.flatMap((fact) => (fact[1].length === 0 ? [] : [factText(fact, width)]));
  const described = it.description === null ? [] : [...paragraph(it.description.trim(), width), ''];
  const columns = {
    columns: ['column', 'type', 'description'],
    rows: it.columns.map(({ column, type, description }) => [column, type, description]),
  };
  const text = it.columns.length === 0 ? '' : `\n${await renderRows(columns, 'table', color)}`;
  return `${[`${it.node} (${it.materialized === 'table' ? it.kind : it.materialized})`, ...described, ...lines].join('\n')}\n${text}`;
}

/** A name, and what is said of it: nothing, a text, or several between which a line may end. */
type Fact = readonly [name: string, items: readonly string[]];

/** Lists go on below their beginning. */
function factText([name, items]: Fact, width = Number.POSITIVE_INFINITY): string {
  const lines: string[] = [];
  for (const [i, item] of items.entries()) {
    const text = i < items.length - 1 ? `${item},` : item;
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + text.length <= width - INDENT)
      lines[lines.length - 1] = `${line} ${text}`;
    else lines.push(text);
  }
  return `  ${name.padEnd(INDENT - 3)} ${lines.join(`\n${' '.repeat(INDENT)}`)}`;
}

/** Lines of a description, broken at blanks; its own line breaks stay. */
function paragraph(text: string, width = Number.POSITIVE_INFINITY): readonly string[] {
  return text.split('\n').flatMap((written) => {
    const lines: string[] = [];
    for (const word of written.split(' ')) {
      const line = lines.at(-1);
      if (line !== undefined && line.length + 1 + word.length <= width)
        lines[lines.length - 1] = `${line} ${word}`;
      else lines.push(`  ${word}`);
    }
    return lines;
  });
}

/** `not_null(gold.orders.id)`, of gold.orders: `not_null(id)`. */
function ofNode(test: string, node: string): string {
  return test.replace(`(${node}.`, '(').replace(`(${node})`, '');
}

function view(it: Described): readonly string[] {
  if (it.version === null) return ['never built'];
  return [`version ${it.version}`, 'its rows are made when it is read'];
}

function table(it: Described): string {
  if (it.materialized === 'ephemeral') return 'none: read as part of what uses it';
  if (it.version === null) return 'never built';
  const quarantined = it.quarantined ? `, ${count(it.quarantined)} quarantined` : '';
  const current =
    it.current_rows === null || it.current_rows === it.rows ? '' : ` (${count(it.current_rows)} current)`;
  return `version ${it.version}, ${rows(it.rows ?? 0)}${current}, ${bytes(it.bytes ?? 0)}${quarantined}`;
}

function list(names: readonly string[]): readonly string[] {
  const more = names.length - SHOWN;
  return more > 0 ? [...names.slice(0, SHOWN), `and ${more} more`] : names;
}

function given(text: string | null): readonly string[] {
  return text === null ? [] : [text];
}
