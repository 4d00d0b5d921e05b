import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/stores/**/*.test.ts'],
    globalSetup: ['tests/build-once.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
