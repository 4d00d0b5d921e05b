/** Help is one screen for each command, with examples. */
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';

const program = createProgram();

function helpOf(command: (typeof program.commands)[number]): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 110,
  });
  command.outputHelp();
  return text;
}

describe('--help', () => {
  it.each(program.commands.map((command) => [command.name(), command] as const))(
    'lake %s',
    (name, command) => {
      const text = helpOf(command);
      expect(text.trimEnd().split('\n').length, text).toBeLessThanOrEqual(48);
      expect(command.description()).not.toBe('');
      if (!['compile', 'schema'].includes(name)) expect(text).toMatch(/\nExamples:\n {2}lake /);
    },
  );
});
