import type { Command } from 'commander';
import { LakeError } from '../../errors/lake-error.js';
import { outputOption } from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

export function registerExplain(program: Command): void {
  outputOption(program.command('explain'))
    .summary('what an error means, and what to do')
    .description('print what an error means and what to do; needs no network')
    .argument('[code]', 'such as LK2001; left out: all codes')
    .addHelpText('after', '\nExamples:\n  lake explain LK4001\n  lake explain')
    .action(async (asked: string | undefined, options: { readonly output?: string }) => {
      const { errorPage, nearestCode, normalCode, pagedCodes } = await import('../../errors/pages.js');
      if (asked === undefined) {
        const { codes } = await import('../../errors/codes.js');
        return printRows(
          { columns: ['code', 'title'], rows: Object.entries(codes) },
          outputFormat(options.output),
        );
      }
      const code = normalCode(asked);
      const page = errorPage(code);
      if (page === undefined) {
        throw new LakeError('LK7007', `no error has the code ${asked}`, {
          hint: `\`lake explain ${nearestCode(code, pagedCodes())}\` is the nearest, \`lake explain\` lists all`,
        });
      }
      const { renderPage } = await import('../output/render-page.js');
      const { useColor } = await import('../output/color.js');
      process.stdout.write(renderPage(page, useColor(process.stdout), process.stdout.columns));
    });
}
