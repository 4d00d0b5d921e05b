/** The `lake` command. Reads arguments; every command's work is loaded when it is called, so that help is instant. */

import { fail } from './fail.js';
import { createProgram } from './program.js';

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = await fail(error);
}
