import { expect, test } from 'vitest';
import { expectNoneLost } from '../lakehouse/support/many-writers.js';
import { temporaryFolder } from '../lakehouse/support/temporary-folder.js';

test('F26: 50 processes publish 20 versions of one table each at once: exactly 1,000 versions, none lost', async () => {
  const folder = await temporaryFolder();
  try {
    await expectNoneLost({ type: 'local', path: folder.path }, 50, 20);
    expect.assertions(1 + 1000 + 4);
  } finally {
    await folder.remove();
  }
}, 1_800_000);
