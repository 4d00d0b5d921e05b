import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [
      'tests/real/**',
      'tests/interop/**',
      'tests/stores/**',
      'tests/publish/postgres/**',
      // 50 processes: its smaller twin is tests/lakehouse/many-writers.test.ts.
      'tests/chaos/many-writers.test.ts',
      'node_modules/**',
    ],
    globalSetup: ['tests/build-once.ts'],
    // No test is about time: a limit is there for what hangs, and a busy machine is slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Most tests wait for processes and sockets of theirs: on two cores one worker would leave half of the time unused.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
