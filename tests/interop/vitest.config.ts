import { defineConfig } from 'vitest/config';

/** `scripts/interop.sh` runs this apart from the other tests: what it writes is for readers in other languages. */
export default defineConfig({
  test: { include: ['tests/interop/*.test.ts'], pool: 'forks', testTimeout: 60_000 },
});
