import { defineConfig } from 'vitest/config';

/** `scripts/interop.sh` runs this apart from the other tests: it needs readers and writers in other languages. */
export default defineConfig({
  test: {
    include: ['tests/interop/*.test.ts'],
    globalSetup: ['tests/build-once.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
