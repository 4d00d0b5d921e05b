/**
 * Says in plain words what is wrong with a template that Handlebars cannot parse: its own messages list grammar
 * symbols and have no column. Runs on the way to an error only.
 */

import { LIBRARY_NAMES } from '../library/names.js';
import type { Parse } from './ast.js';
import { dbtWord } from './dbt-words.js';
import { calledIn, fromJinja } from './from-jinja.js';
import { helpers } from './helpers/index.js';

export interface SyntaxProblem {
  readonly message: string;
  readonly hint: string;
  readonly line: number;
  readonly col: number;
}

interface Tag {
  readonly start: number;
  readonly text: string;
  /** `#if` → `if`; undefined for tags that open nothing. */
  readonly opens?: string;
  readonly closes?: string;
  readonly divides: boolean;
}

/** A mistake at an offset of the text. */
interface Mistake {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

const UNCLOSED = {
  close: {
    message: '"{{" is opened and never closed',
    hint: 'Close it with "}}"; for a literal "{{" write "\\{{"',
  },
  quote: {
    message: 'a quote in this tag is never closed',
    hint: "Close the text with the same quote: {{ref 'x'}}",
  },
} as const;

/** The first mistake of a text that `parse` refuses; line and column count from 1. */
export function explainSyntax(text: string, parse: Parse): SyntaxProblem {
  const tags = readTags(text);
  const { offset, message, hint } = Array.isArray(tags) ? firstMistake(tags, parse) : (tags as Mistake);
  const before = text.slice(0, offset);
  return { message, hint, line: before.split('\n').length, col: offset - before.lastIndexOf('\n') };
}

function readTags(text: string): readonly Tag[] | Mistake {
  const tags: Tag[] = [];
  for (let offset = nextOpening(text, 0); offset >= 0; ) {
    const end = endOfTag(text, offset);
    if (typeof end === 'string') return { offset, ...UNCLOSED[end] };
    tags.push(readTag(text.slice(offset, end), offset));
    offset = nextOpening(text, end);
  }
  return tags;
}

/** Of blocks that do not fit together, and of tags that cannot be read by themselves. */
function firstMistake(tags: readonly Tag[], parse: Parse): Mistake {
  const open: Tag[] = [];
  for (const tag of tags) {
    const misplaced = misplacedTag(tag, open.at(-1));
    if (misplaced) return { offset: tag.start, ...misplaced };
    if (tag.opens !== undefined) open.push(tag);
    if (tag.closes !== undefined) open.pop();
    if (!readable(tag, parse)) {
      return {
        offset: tag.start,
        message: `${oneLine(tag.text)} cannot be read`,
        hint: adviceFor(tag.text, parse),
      };
    }
  }
  const block = open.at(-1);
  if (block) {
    const message = `{{#${block.opens}}} is opened and never closed`;
    return { offset: block.start, message, hint: `Close it with {{/${block.opens}}}` };
  }
  const hint = 'See https://handlebarsjs.com/guide/ for the language';
  return { offset: 0, message: 'the template cannot be read', hint };
}

/** What is wrong with a tag that closes or divides a block, inside of `block`. */
function misplacedTag({ closes, divides }: Tag, block: Tag | undefined): Omit<Mistake, 'offset'> | undefined {
  if (divides && !block) {
    return {
      message: '{{else}} stands outside of a block',
      hint: 'Put it between {{#if …}} and {{/if}}',
    };
  }
  if (closes === undefined || block?.opens === closes) return undefined;
  return block
    ? {
        message: `{{/${closes}}} stands where {{/${block.opens}}} is due`,
        hint: `Close {{#${block.opens}}} first`,
      }
    : {
        message: `{{/${closes}}} closes a block that is not open`,
        hint: `Remove it, or open the block with {{#${closes} …}}`,
      };
}

/** Offset of the next `{{` that is not escaped by one backslash, or -1. */
function nextOpening(text: string, from: number): number {
  for (let at = text.indexOf('{{', from); at >= 0; at = text.indexOf('{{', at + 2)) {
    if (text[at - 1] !== '\\' || text[at - 2] === '\\') return at;
  }
  return -1;
}

/** Offset after the tag, or what is missing. */
function endOfTag(text: string, start: number): number | 'quote' | 'close' {
  if (/^\{\{~?!/.test(text.slice(start, start + 4))) {
    const long = /^\{\{~?!--/.test(text.slice(start, start + 6));
    const close = (long ? /--~?\}\}/g : /\}\}/g) as RegExp;
    close.lastIndex = start;
    return close.exec(text) ? close.lastIndex : 'close';
  }
  let quote: string | undefined;
  for (let i = start + 2; i < text.length; i += 1) {
    const c = text[i]!;
    if (quote !== undefined) {
      if (c === '\\') i += 1;
      else if (c === quote) quote = undefined;
      else if (c === '\n' || text.startsWith('}}', i)) {
        // A text may hold `}}` or a line break, but only if its quote is closed before the next tag.
        const rest = text.slice(i, text.indexOf('{{', i) < 0 ? undefined : text.indexOf('{{', i));
        if (!rest.includes(quote))
          return c === '\n' && !text.slice(start, i).includes('}}') ? 'close' : 'quote';
      }
    } else if (c === "'" || c === '"') quote = c;
    else if (text.startsWith('}}', i)) {
      let end = i + 2;
      while (text[end] === '}') end += 1;
      return end;
    } else if (text.startsWith('{{', i) && i > start + 2) return 'close';
  }
  return quote === undefined ? 'close' : 'quote';
}

function readTag(text: string, start: number): Tag {
  const name = (mark: string): string | undefined =>
    new RegExp(`^\\{\\{\\{?\\{?~?${mark}\\s*([^\\s~}|(]+)`).exec(text)?.[1];
  const divides = /^\{\{~?\s*(else\b|\^\s*~?\}\})/.test(text);
  return { start, text, opens: divides ? undefined : name('(?:#[>*]?|\\^)'), closes: name('/'), divides };
}

/** True when the tag is fine by itself; a block's opening is tried with its close. */
function readable(tag: Tag, parse: Parse): boolean {
  if (tag.closes !== undefined) return true;
  if (tag.divides) return parses(`{{#if 1}}${tag.text}{{/if}}`, parse);
  return parses(tag.opens === undefined ? tag.text : `${tag.text}{{/${tag.opens}}}`, parse);
}

function parses(text: string, parse: Parse): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

function adviceFor(text: string, parse: Parse): string {
  const called = calledIn(text);
  const handlebars = fromJinja(text);
  const head = /^\{\{(\w+)/.exec(handlebars ?? '')?.[1] ?? called?.name;
  const isThere = head === undefined || helpers.has(head) || LIBRARY_NAMES.has(head);
  if (isThere && handlebars !== undefined && parses(handlebars, parse)) return `Write ${handlebars}`;
  if (called && !isThere) {
    const ofDbt = dbtWord(called.name) ?? (called.package && dbtWord(called.package));
    const { name } = called;
    return (
      ofDbt ||
      `No helper is called "${name}"; a macro of macros/ takes its values by name: {{> ${name} x='…'}}`
    );
  }
  const filtered = /^\{\{\s*('[^'|]*'|"[^"|]*"|[\w.]+)\s*\|\s*(\w+)\s*\}\}$/.exec(text);
  if (filtered && helpers.has(filtered[2]!)) return `Write {{${filtered[2]} ${filtered[1]}}}`;
  const call = /([A-Za-z_]\w*)\(/.exec(text);
  if (call) return `Helpers take their arguments without parentheses: {{${call[1]} 'x'}}`;
  if (/^\{\{\{?~?\s*~?\}/.test(text)) return 'Write a name between the braces, or remove them';
  if (/=\s*[\s}]/.test(text)) return "Write the value right after the equals sign: res=8 or lat='lat'";
  if (text.includes('|')) return 'Handlebars has no filters; write a macro instead';
  return "Write a helper and its arguments, separated by blanks: {{ref 'x'}}";
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
