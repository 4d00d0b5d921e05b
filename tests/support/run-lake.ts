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

/** Output without what differs from run to run: times, sizes, run ids, folders, ports. */
export function steady(text: string, root: string): string {
  return text
    .replaceAll(root, '<project>')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{6}/g, '<run>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replace(/\b\d+(\.\d+)? m?s\b/g, '<t> s')
    .replace(/^((?:silver|gold)\.\S+ .*\s)\d+(\.\d+)?$/gm, '$1<t>')
    .replace(/\b\d+(\.\d+)? k?B\b/g, '<bytes>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>');
}
