/** Runs the real command line as a process of its own. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const BIN = fileURLToPath(new URL('../../bin/lake.js', import.meta.url));

export interface LakeRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runLake(
  root: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<LakeRun> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [BIN, ...args], {
    cwd: root,
    reject: false,
    env: { NO_COLOR: '1', ...env },
    stdin: 'ignore',
  });
  return { exitCode: exitCode ?? -1, stdout, stderr };
}

export interface StartedLake {
  readonly pid: number;
  /** Resolves once this text was printed to either stream. @throws Error when the process ends without it. */
  printed(text: string): Promise<void>;
  /** To the process alone, or with `group` to its children as well, as a terminal's Ctrl-C does. */
  kill(signal: NodeJS.Signals, to?: 'group'): void;
  readonly ended: Promise<LakeRun>;
}

/** The command line as a process that is still running. */
export function startLake(root: string, args: readonly string[]): StartedLake {
  const child = execa(process.execPath, [BIN, ...args], {
    cwd: root,
    reject: false,
    env: { NO_COLOR: '1' },
    stdin: 'ignore',
    detached: true,
    all: true,
  });
  const ended = child.then(({ exitCode, stdout, stderr }) => ({ exitCode: exitCode ?? -1, stdout, stderr }));
  let seen = '';
  child.all.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
  });
  return {
    pid: child.pid!,
    async printed(text) {
      while (!seen.includes(text)) {
        if (child.exitCode !== null)
          throw new Error(`the process ended without printing "${text}":\n${seen}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    kill: (signal, to) => void process.kill(to === 'group' ? -child.pid! : child.pid!, signal),
    ended,
  };
}

/** Output without what differs from run to run: times, sizes, run ids, folders, ports. */
export function steady(text: string, root: string): string {
  return text
    .replaceAll(root, '<project>')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, '<run>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?= )/g, '<time>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replace(/\b\d+(\.\d+)? m?s\b/g, '<t> s')
    .replace(/^((?:silver|gold)\.\S+ .*?)\s+\d+(\.\d+)?$/gm, '$1  <t>')
    .replace(/\b\d+(\.\d+)? k?B\b/g, '<bytes>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>');
}
