import { execFileSync } from 'node:child_process';

/** Processes that the tests start (the CLI, the engine) are compiled programs: build them from the sources under test. */
export default function buildOnce(): void {
  try {
    execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'pipe' });
  } catch (error) {
    const output = (error as { stdout?: Buffer }).stdout?.toString() ?? '';
    throw new Error(`the build failed:\n${output}`);
  }
}
