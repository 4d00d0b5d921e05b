import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/publish/postgres/**/*.test.ts'],
    globalSetup: ['tests/build-once.ts', 'tests/publish/postgres/support/one-server.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Tests wait for a server and engines of theirs.
    maxWorkers: 2,
  },
});
