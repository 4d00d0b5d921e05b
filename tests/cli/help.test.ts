/** Help is one screen for each command, with examples. */
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { runLake } from '../support/run-lake.js';

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
  it('is what lake alone prints, and no mistake', async () => {
    const { exitCode, stdout, stderr } = await runLake('.', []);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: lake [options] [command]');
  });

  it('tells defaults as they are written', () => {
    const vacuum = program.commands.find((command) => command.name() === 'vacuum')!;
    expect(helpOf(vacuum)).toContain('(default: 7 days)');
  });

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
