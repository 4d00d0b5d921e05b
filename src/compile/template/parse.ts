/** Text to syntax tree, with a mistake in the template told in plain words. */
import type { Diagnostic } from '../../errors/diagnostic.js';
import type { Parse, Program } from './ast.js';
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
    const jinja = /\{%[-+]?\s*(\w*)/.exec(text);
    if (
      jinja &&
      /^(if|elif|else|endif|for|endfor|set|macro|endmacro|do|call|test|snapshot)$/.test(jinja[1]!)
    ) {
      const before = text.slice(0, jinja.index);
      const line = before.split('\n').length;
      report({
        code: 'LK2010',
        severity: 'error',
        message: `"${jinja[0]} …%}" is Jinja; lake's templates are Handlebars`,
        hint: 'Write {{#if …}} … {{/if}} or {{#each …}} … {{/each}}',
        at: { file, line, col: before.length - before.lastIndexOf('\n') },
      });
      return undefined;
    }
    return { file, program };
  } catch {
    const { message, hint, line, col } = explainSyntax(text, parse);
    report({ code: 'LK2010', severity: 'error', message, hint, at: { file, line, col } });
    return undefined;
  }
}
