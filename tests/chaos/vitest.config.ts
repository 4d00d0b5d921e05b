import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'tests/chaos/**/*.test.ts',
      'tests/run/incremental-histories.test.ts',
      'tests/run/readers.test.ts',
    ],
    globalSetup: ['tests/build-once.ts'],
    env: {
      LAKE_KILLS: process.env['LAKE_KILLS'] ?? '500',
      LAKE_PUBLISHING_KILLS: process.env['LAKE_PUBLISHING_KILLS'] ?? '1000',
      LAKE_BUILDS: process.env['LAKE_BUILDS'] ?? '200',
      LAKE_HISTORIES: process.env['LAKE_HISTORIES'] ?? '25',
    },
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
