import type { Command } from 'commander';
import { faultLines } from '../../portal/faults/catalogue.js';
import { dayOption, type FaultOptions, faultOptions, outputOption, positive } from '../options.js';
import { outputFormat, printRows } from '../output/print-rows.js';

interface Options extends FaultOptions {
  readonly sample?: boolean;
  readonly day?: number;
  readonly port?: number;
  readonly output?: string;
}

export function registerPortal(program: Command): void {
  outputOption(faultOptions(dayOption(program.command('portal'))))
    .summary('serve a folder as CKAN, Socrata, GitHub')
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
  lake portal recorded/                   real files, described by recorded/portal.yml
  lake portal --sample --faults 'status429=0.1,cut=0.02' --seed 7

Faults, as name=share of the requests that are struck, then :n where an amount is wanted. The same seed gives the same
request, known by its URL and by how often it was made, the same faults in every run. \`lake build --faults …\` rehearses a build in the same way.
${faultLines().join('\n')}`,
    )
    .action(async (folder: string | undefined, options: Options) => {
      const { servePortal } = await import('../serve-portal.js');
      const serving = await servePortal({ folder, ...options });
      await printRows(serving.listing, outputFormat(options.output));
      for (const [real, local] of Object.entries(serving.origins))
        process.stderr.write(`${real}  →  ${local}\n`);
      process.stderr.write('Serving until Ctrl-C.\n');
      await serving.untilSignal();
      const struck = Object.entries(serving.faults());
      if (struck.length > 0)
        process.stderr.write(`Faults: ${struck.map(([name, times]) => `${times} ${name}`).join(', ')}.\n`);
    });
}
