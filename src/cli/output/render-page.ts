import pc from 'picocolors';

const WIDEST = 100;

/**
 * A page's Markdown for a terminal: headings bold, fenced text indented, paragraphs broken anew, lists and code as they are
 * written. Newline at the end.
 * @param width Characters of a line; longer than a hundred is not easy to read.
 */
export function renderPage(markdown: string, color: boolean, width = WIDEST): string {
  const paint = pc.createColors(color);
  const out: string[] = [];
  let paragraph: string[] = [];
  let fenced = false;
  const flush = (): void => {
    if (paragraph.length > 0) out.push(...wrapped(paragraph.join(' '), Math.min(width, WIDEST)));
    paragraph = [];
  };
  for (const line of markdown.trimEnd().split('\n')) {
    if (line.startsWith('```')) {
      flush();
      fenced = !fenced;
    } else if (fenced) out.push(`    ${paint.dim(line)}`.trimEnd());
    else if (/^(#|- |\* |\||\d+\. |$)/.test(line)) {
      flush();
      const heading = /^#+ (.*)/.exec(line)?.[1];
      out.push(heading === undefined ? line : paint.bold(heading));
    } else paragraph.push(line);
  }
  flush();
  return `${out.join('\n')}\n`;
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
