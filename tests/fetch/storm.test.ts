import { execa } from 'execa';
import { expect, it } from 'vitest';

it('F7, F8, F13: through 10 % 429, 5 % 503, 2 % cut bodies and pages of 1,000 rows where 50,000 are asked, 20,000 rows land, none twice, for at most 1.3 times the requests', async () => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['bench/storm.mjs', '20000'], {
    reject: false,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^storm +2\d +20,000 +20,000 /m);
});
