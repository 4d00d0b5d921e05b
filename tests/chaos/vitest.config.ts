import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/chaos/**/*.test.ts'],
    globalSetup: ['tests/build-once.ts'],
    env: { LAKE_KILLS: process.env['LAKE_KILLS'] ?? '500' },
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
