/**
 * Parses templates of text and plain calls, `{{ref 'x'}}` and `{{config materialized='view'}}`, which most models are.
 * It makes the tree that Handlebars' parser makes, at a tenth of the cost; anything else is left to that parser.
 */
import type { Expression, Hash, Loc, Mustache, Path, Program, Statement } from './ast.js';

/** Words that are no names of helpers. */
const WORDS = new Set(['else', 'true', 'false', 'null', 'undefined', 'this', 'as']);
const NAME = /\{\{ *([A-Za-z_]\w*)(?=[ }])/y;
const ARGUMENT = / +(?:([A-Za-z_]\w*)=)?('[^'\\\n]*'|"[^"\\\n]*"|true(?=[ }])|false(?=[ }]))(?=[ }])/y;
const CLOSE = / *\}\}(?!\})/y;

/** The tree, or undefined where the text holds anything else. Never throws. */
export function parseSimple(text: string): Program | undefined {
  if (text === '' || ['\r', '\0', '\\{{'].some((mark) => text.includes(mark))) return undefined;
  const body: Statement[] = [];
  let [line, lineStart] = [1, 0];
  const pass = (from: number, to: number): void => {
    for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
      line += 1;
      lineStart = at + 1;
    }
  };
  const here = (at: number) => ({ line, column: at - lineStart });
  const span = (start: number, end: number): Loc => ({ start: here(start), end: here(end) });

  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('{{', at);
    const open = found < 0 ? text.length : found;
    if (open > at) {
      const start = here(at);
      pass(at, open);
      const original = text.slice(at, open);
      body.push({ type: 'ContentStatement', original, value: original, loc: { start, end: here(open) } });
    }
    if (found < 0) break;
    const tag = readTag(text, open, span);
    if (!tag) return undefined;
    body.push(tag.mustache);
    at = tag.end;
  }
  return { type: 'Program', body, loc: { start: body[0]!.loc.start, end: body.at(-1)!.loc.end } };
}

type Span = (start: number, end: number) => Loc;

/** The call that opens at `open`: all of it stands on one line. */
function readTag(
  text: string,
  open: number,
  span: Span,
): { readonly mustache: Mustache; readonly end: number } | undefined {
  NAME.lastIndex = open;
  const name = NAME.exec(text)?.[1];
  if (name === undefined || WORDS.has(name)) return undefined;
  const named = NAME.lastIndex;
  const path: Path = {
    type: 'PathExpression',
    data: false,
    depth: 0,
    parts: [name],
    original: name,
    loc: span(named - name.length, named),
  };
  const params: Expression[] = [];
  const pairs: Hash['pairs'][number][] = [];
  let at = named;
  for (ARGUMENT.lastIndex = at; ; at = ARGUMENT.lastIndex) {
    const found = ARGUMENT.exec(text);
    if (!found) break;
    const [, key, written] = found;
    const end = ARGUMENT.lastIndex;
    const value = literal(written!, span(end - written!.length, end));
    if (key !== undefined) pairs.push({ key, value, loc: span(end - written!.length - key.length - 1, end) });
    else if (pairs.length > 0) return undefined;
    else params.push(value);
  }
  CLOSE.lastIndex = at;
  if (!CLOSE.test(text)) return undefined;
  const end = CLOSE.lastIndex;
  const hash = pairs.length > 0 ? { pairs } : undefined;
  return { mustache: { type: 'MustacheStatement', path, params, hash, loc: span(open, end) }, end };
}

function literal(written: string, loc: Loc): Expression {
  const isText = written.startsWith("'") || written.startsWith('"');
  if (!isText) return { type: 'BooleanLiteral', value: written === 'true', loc };
  return { type: 'StringLiteral', value: written.slice(1, -1), loc };
}
