import type { Command } from 'commander';
import { dayOption, outputOption, positive } from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

interface Options {
  readonly sample?: boolean;
  readonly day?: number;
  readonly port?: number;
  readonly output?: string;
}

export function registerPortal(program: Command): void {
  outputOption(dayOption(program.command('portal')))
    .description('serve CKAN, Socrata and GitHub protocols on loopback from a folder of files')
    .argument('[folder]', 'folder with a portal.yml')
    .option('--sample', 'make the sample portal in the folder (default target/sample-portal) and serve it')
    .option('--port <n>', 'first port; by default any free ones', positive)
    .addHelpText(
      'after',
      `
Examples:
  lake portal --sample                    about 60,000 rows of seventeen datasets
  lake portal --sample --day 2            a day later: rows added, changed, withdrawn
  lake portal recorded/                   real files, described by recorded/portal.yml`,
    )
    .action(async (folder: string | undefined, options: Options) => {
      const { servePortal } = await import('../serve-portal.js');
      const serving = await servePortal({ folder, ...options });
      await printRows(serving.listing, outputFormat(options.output));
      for (const [real, local] of Object.entries(serving.origins))
        process.stderr.write(`${real}  →  ${local}\n`);
      process.stderr.write('Serving until Ctrl-C.\n');
      await serving.untilSignal();
    });
}
