import { spawnSync } from 'node:child_process';

/** Processes that the tests start (the CLI, the engine) are compiled programs: build them from the sources under test. */
export default function buildOnce(): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
}
