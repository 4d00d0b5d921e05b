/** The YAML library's errors in lake's words: no parser text, and what to do about it. */
import { type Document, isCollection, isScalar, visit, type YAMLError } from 'yaml';

export interface SyntaxError {
  /** `LK1001`, or `LK1007` where the file is too much rather than wrong. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
}

const QUOTE_IT =
  "Put quotes around a value that begins with one of [ ] { } & * ! | > % @ ` or that contains ': ' or ' #'";

/** The first error of a document that could not be read; what follows it is mostly its consequence. */
export function explainSyntaxError(error: YAMLError, document: Document.Parsed, text: string): SyntaxError {
  const [start, end] = error.pos;
  const code = error.code === 'RESOURCE_EXHAUSTION' ? 'LK1007' : 'LK1001';
  const place = { code, start: Math.min(start, text.length), end: Math.max(end, start + 1) };
  if (unquotedTemplate(text, start)) {
    return {
      ...place,
      message: 'a value that begins with {{ needs quotes',
      hint: `Write it as "{{env 'NAME'}}"`,
    };
  }
  const deeper = error.code === 'BLOCK_AS_IMPLICIT_KEY' ? deeperLine(text, start) : undefined;
  if (deeper) {
    return {
      ...place,
      ...deeper,
      message: 'this line is indented deeper than the key above it, which has a value already',
      hint: 'Indent it as the lines above, or remove the value above it',
    };
  }
  const opened = unclosed(document, text);
  if (opened) {
    const what = text[opened.start] === '[' || text[opened.start] === '{' ? 'bracket' : 'quote';
    return {
      ...place,
      ...opened,
      message: `this ${what} is never closed`,
      hint: `Close it, or check the indentation of the lines that follow`,
    };
  }
  return { ...place, ...explanation(error) };
}

function explanation(error: YAMLError): { message: string; hint?: string } {
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return {
        message: 'a tab is used for indentation',
        hint: 'Indent with spaces; YAML allows no tabs there',
      };
    case 'BAD_INDENT':
      return {
        message: 'the indentation of this line fits neither the line before nor any line above',
        hint: 'Give all keys of one mapping, and all items of one list, the same number of spaces',
      };
    case 'MULTIPLE_DOCS':
      return {
        message: 'a second document begins here',
        hint: "Keep one document a file: remove the line '---'",
      };
    case 'MULTILINE_IMPLICIT_KEY':
      return { message: 'this text is neither a key nor a value', hint: "Is there a ': ' missing?" };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'a second key begins on the same line',
        hint: "Put the value in quotes if it contains ': ', or begin a new line",
      };
    case 'BAD_ALIAS':
      return {
        message: 'a name after * must be an anchor that stands above it',
        hint: 'Put quotes around a value that begins with *',
      };
    case 'TAG_RESOLVE_FAILED':
      return {
        message: 'tags such as this one have no meaning here',
        hint: `Remove the tag, or quote a value that begins with !; environment variables are written "{{env 'NAME'}}"`,
      };
    case 'BAD_DIRECTIVE':
      return { message: 'this directive has no meaning here', hint: 'Remove the line that begins with %' };
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'a backslash in double quotes begins an escape that does not exist',
        hint: 'Use single quotes, in which a backslash is just a backslash',
      };
    case 'RESOURCE_EXHAUSTION':
      return {
        message: 'the values are nested too deeply',
        hint: 'Put fewer mappings and lists into each other',
      };
    case 'MISSING_CHAR':
      if (error.message.startsWith('Comments')) {
        return { message: 'a comment needs a blank before #', hint: 'Add the blank, or quote the value' };
      }
      if (error.message.startsWith('Missing ,')) {
        return { message: 'a comma is missing here', hint: `Separate the items by commas. ${QUOTE_IT}` };
      }
      if (error.message.startsWith('Implicit map keys')) {
        return { message: 'this key has no value', hint: "Is there a ': ' missing?" };
      }
      if (error.message.startsWith('Sequence item without -')) {
        return {
          message: 'this line is indented less than the keys of its item, and begins no item of its own',
          hint: 'Give it as many spaces as the keys above it, or begin a new item with -',
        };
      }
      return { message: 'something is missing here', hint: QUOTE_IT };
    case 'BLOCK_IN_FLOW':
      return {
        message: 'two entries stand here without a comma between them',
        hint: 'Separate the entries in { } and [ ] by commas',
      };
    case 'UNEXPECTED_TOKEN':
      if (error.message.endsWith('at node end')) {
        return {
          message: 'the value before this has already ended',
          hint: 'Put quotes around the whole value, or add the comma that is missing',
        };
      }
      return { message: 'this is not valid YAML', hint: QUOTE_IT };
    default:
      return { message: 'this is not valid YAML', hint: QUOTE_IT };
  }
}

/** The first written part of the next line, where that line continues the value at the offset only by its indentation. */
function deeperLine(text: string, offset: number): { start: number; end: number } | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const rest = /\n(?:[ \t]*(?:#.*)?\n)*( *)([^\s#][^\n]*)/.exec(text.slice(offset));
  const indent = /^ */.exec(text.slice(lineStart))![0].length;
  if (!rest || rest[1]!.length <= indent || text.slice(offset).indexOf('\n') !== rest.index) return undefined;
  const start = offset + rest.index + rest[0].length - rest[2]!.length;
  return { start, end: start + rest[2]!.length };
}

/** True where the line of the offset has a `{{` that no quote opens before. */
export function unquotedTemplate(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  return /(^|[:,[\s-])\s*\{\{/.test(line);
}

/** The first quote or bracket that the end of the file leaves open. */
function unclosed(document: Document.Parsed, text: string): { start: number; end: number } | undefined {
  let found: { start: number; end: number } | undefined;
  const open = (start: number): symbol => {
    found = { start, end: start + 1 };
    return visit.BREAK;
  };
  visit(document, {
    Node(_key, node) {
      const range = node.range;
      if (!range) return undefined;
      const [start, end] = range;
      if (isCollection(node) && node.flow) {
        const closing = text[start] === '[' ? ']' : '}';
        if (text.slice(0, end).trimEnd().at(-1) !== closing) return open(start);
      }
      if (isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')) {
        if (end - start < 2 || text[end - 1] !== text[start]) return open(start);
      }
      return undefined;
    },
  });
  return found;
}
