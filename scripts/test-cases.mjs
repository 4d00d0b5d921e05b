// The values that a title of a table of tests stands for: `it.each(['a', 'b'])('is refused: %s', …)` has the cases a and b.
import { parseAst } from 'vitest/node';

/** More cases than these, and longer values, make no cell that anybody reads. */
const MOST = 8;
const LONGEST = 90;

/** What stands in a title for a value of its table: `%s` and its like by order, `$name` by name. */
const PLACEHOLDER = /%[sidjfo]|\$([a-z]\w*)/g;

/**
 * @param {string} text Of a file of tests.
 * @returns {Map<number, string>} By the place of a title in the text: its cases in words, where they are written out.
 */
export function casesOf(text) {
  const program = parseAst(text, { lang: 'ts' });
  const constants = new Map(
    program.body
      .flatMap((statement) => (statement.type === 'VariableDeclaration' ? statement.declarations : []))
      .map(({ id, init }) => [id.name, init]),
  );
  const cases = new Map();
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach(visit);
    const [table, title] = tableOf(node);
    const words = title && inWords(rowsOf(table, constants), textOf(title));
    if (words) cases.set(title.start, words);
    Object.values(node).forEach(visit);
  };
  visit(program);
  return cases;
}

/** The table and the title of a call such as `it.each([…])('…', …)`. */
function tableOf({ type, callee, arguments: given }) {
  if (type !== 'CallExpression' || callee.type !== 'CallExpression') return [];
  const { callee: called, arguments: tables } = callee;
  const isEach = called.type === 'MemberExpression' && called.property.name === 'each';
  return isEach && textOf(given[0]) !== undefined ? [bare(tables[0]), given[0]] : [];
}

/** Rows of a list that is written out, here or as a constant of the same file. */
function rowsOf(node, constants) {
  if (node?.type === 'ArrayExpression') return node.elements;
  return node?.type === 'Identifier' && constants.has(node.name)
    ? rowsOf(bare(constants.get(node.name)), new Map())
    : [];
}

function inWords(rows, title) {
  const holes = [...title.matchAll(PLACEHOLDER)].map(([, name]) => name);
  if (holes.length === 0) return undefined;
  const told = rows.flatMap((row) => {
    const values = holes.map((name, i) => written(cellOf(bare(row), name, i)));
    return values.includes(undefined) ? [] : [values.join(', ')];
  });
  const shown = [...new Set(told)].slice(0, MOST);
  if (shown.length === 0) return undefined;
  const more = rows.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function cellOf(row, name, i) {
  if (row.type === 'ArrayExpression') return bare(row.elements[i]);
  if (row.type === 'ObjectExpression')
    return bare(row.properties.find(({ key }) => key?.name === name)?.value);
  return i === 0 ? row : undefined;
}

/** Without `as const`, `satisfies …` and brackets around it. */
function bare(node) {
  return ['TSAsExpression', 'TSSatisfiesExpression', 'ParenthesizedExpression'].includes(node?.type)
    ? bare(node.expression)
    : node;
}

/** The text of a string, also of one in backticks without values in it. */
function textOf(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0
    ? node.quasis[0].value.cooked
    : undefined;
}

/** A text or a number as it stands there; undefined for what only a run knows. */
function written(node) {
  if (node?.type === 'Literal' && typeof node.value === 'number') return String(node.value);
  const value = textOf(node);
  if (value === undefined) return undefined;
  const text = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text || 'nothing';
}
