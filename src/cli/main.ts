/** The `lake` command. Reads arguments; every command's work is loaded when it is called, so that help is instant. */

import { fail } from './fail.js';
import { createProgram } from './program.js';

// Whoever reads our output may stop (`lake build | head`): what was begun is still finished.
process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);

try {
  const program = createProgram();
  // Whoever says nothing wants to know what there is to say: that is no mistake.
  if (process.argv.length === 2) program.outputHelp();
  else await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = await fail(error);
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
