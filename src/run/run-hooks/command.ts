import { spawn } from 'node:child_process';
import { LakeError } from '../../errors/lake-error.js';

export interface CommandSetting {
  /** Absolute folder. */
  readonly cwd: string;
  /** What it reads from its input: the run's results as JSON. */
  readonly report: string;
  /** Milliseconds. */
  readonly patience?: number;
}

const PATIENCE = 5 * 60_000;
/** Of what it said, the end is told. */
const TOLD = 2_000;

/** A command line of project.yml, by the shell. @throws LakeError LK4063 when it does not end well, or not in time. */
export function runCommand(
  command: string,
  { cwd, report, patience = PATIENCE }: CommandSetting,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd, shell: true, stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    const hear = (bytes: Buffer): void => {
      said = (said + bytes.toString('utf8')).slice(-TOLD);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const timer = setTimeout(() => child.kill('SIGKILL'), patience);
    const fail = (what: string): void => {
      const words = said.trim();
      reject(
        new LakeError('LK4063', `the command ${what}${words === '' ? '' : `: ${words}`}`, {
          hint: 'Try it by hand in the project folder, with target/run_results.json as its input',
        }),
      );
    };
    child.on('error', (error) => fail(`cannot be started (${error.message})`));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else if (signal === 'SIGKILL') fail(`was ended after ${Math.round(patience / 1000)} seconds`);
      else fail(`ended with ${signal ?? `exit code ${code}`}`);
    });
    // A command that does not care for the results may close its input.
    child.stdin.on('error', () => {});
    child.stdin.end(report);
  });
}
