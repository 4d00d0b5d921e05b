import type { Command } from 'commander';
import { open } from '../open.js';
import { type ProjectOptions, projectOptions } from '../options.js';

export function registerCompile(program: Command): void {
  projectOptions(program.command('compile'))
    .summary('check the project, write its SQL')
    .description('check the project and write its SQL to target/compiled')
    .addHelpText('after', '\nNeeds neither network nor lake.')
    .action(async (options: ProjectOptions) => {
      const opened = await open(options);
      const [{ compileToTarget }, { engineOf }] = await Promise.all([
        import('../compile-to-target.js'),
        import('../../run/engine-of.js'),
      ]);
      const engine = engineOf(opened.root, opened.project.target);
      const { written, parsed } = await compileToTarget(opened, engine).finally(() => engine.close());
      const { nodes, tests, unitTests } = opened.graph;
      const dormant = opened.graph.dormant.length;
      if (dormant > 0) {
        process.stderr.write(`${dormant} kinds of settings have no effect yet; \`lake plan\` names them.\n`);
      }
      process.stderr.write(
        `Compiled ${nodes.length} nodes, ${tests.length} data tests and ${unitTests.length} unit tests to target/compiled/ ` +
          `(${written} files written, ${parsed} statements parsed).\n`,
      );
    });
}
