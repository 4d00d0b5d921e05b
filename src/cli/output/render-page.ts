import pc from 'picocolors';

/**
 * A page's Markdown for a terminal: headings bold, fenced text indented, emphasis of code kept as it is written. Newline at
 * the end.
 */
export function renderPage(markdown: string, color: boolean): string {
  const paint = pc.createColors(color);
  let fenced = false;
  const lines = markdown
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('```')) {
        fenced = !fenced;
        return [];
      }
      if (fenced) return [`    ${paint.dim(line)}`.trimEnd()];
      const heading = /^#+ (.*)/.exec(line)?.[1];
      return [heading === undefined ? line : paint.bold(heading)];
    });
  return `${lines.join('\n')}\n`;
}
