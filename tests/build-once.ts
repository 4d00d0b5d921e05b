import { spawnSync } from 'node:child_process';

/** Processes that the tests start (the CLI, the engine) are compiled programs: build them from the sources under test. */
export default function buildOnce(): void {
  spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'ignore' });
}
