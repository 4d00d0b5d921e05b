/** Text to syntax tree, with a mistake in the template told in plain words. */
import type { Diagnostic } from '../../errors/diagnostic.js';
import type { Parse, Program } from './ast.js';
import { findJinja } from './jinja-tags.js';
import { parseSimple } from './parse-simple.js';
import { explainSyntax } from './syntax.js';

/** A file that was parsed once and may be rendered many times. */
export interface Template {
  /** Relative to the project root. */
  readonly file: string;
  readonly program: Program;
}

/** Handlebars' parser, imported when the first template is met. */
export async function loadParser(): Promise<Parse> {
  const { default: compiler } = await import('handlebars/dist/cjs/handlebars/compiler/base.js');
  return (text) => compiler.parse(text);
}

/** The template, or undefined after its mistake was reported. */
export function parseTemplate(
  file: string,
  text: string,
  parse: Parse,
  report: (diagnostic: Diagnostic) => void,
): Template | undefined {
  try {
    const program = parseSimple(text) ?? parse(text);
    const jinja = findJinja(text);
    if (jinja) {
      const { offset, message, hint } = jinja;
      const before = text.slice(0, offset);
      const at = { file, line: before.split('\n').length, col: offset - before.lastIndexOf('\n') };
      report({ code: 'LK2010', severity: 'error', message, hint, at });
      return undefined;
    }
    return { file, program };
  } catch {
    const { message, hint, line, col } = explainSyntax(text, parse);
    report({ code: 'LK2010', severity: 'error', message, hint, at: { file, line, col } });
    return undefined;
  }
}
