import { expect, test } from 'vitest';
import { expectNoneLost } from './support/many-writers.js';
import { temporaryFolder } from './support/temporary-folder.js';

test('F26: 8 processes publish 10 versions of one table each at once, and none is lost', async () => {
  const folder = await temporaryFolder();
  try {
    await expectNoneLost({ type: 'local', path: folder.path }, 8, 10);
    expect.assertions(1 + 80 + 4);
  } finally {
    await folder.remove();
  }
}, 120_000);
