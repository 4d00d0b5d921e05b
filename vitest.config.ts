import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/real/**', 'tests/interop/**', 'tests/stores/**', 'node_modules/**'],
    globalSetup: ['tests/build-once.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Most tests wait for processes and sockets of theirs: on two cores one worker would leave half of the time unused.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
