import { describe, expect, test } from 'vitest';
import { BucketError } from '../../../../src/lakehouse/stores/remote/bucket-error.js';
import { parseSize } from '../../../../src/lakehouse/stores/remote/size.js';
import { type RemoteLimits, usualLimits, withTries } from '../../../../src/lakehouse/stores/remote/tries.js';

const limits: RemoteLimits = { ...usualLimits, firstWait: 1, longestWait: 30 };
const nothing = async (): Promise<void> => undefined;

async function triesOf(error: BucketError): Promise<number> {
  let tries = 0;
  const work = async (): Promise<never> => {
    tries += 1;
    throw error;
  };
  await expect(withTries(limits, work, nothing)).rejects.toBe(error);
  return tries;
}

describe('a request is tried', () => {
  test.each([
    ['busy', 6],
    ['broken', 6],
    ['damaged', 6],
    ['unreachable', 3],
    ['refused', 2],
    ['forbidden', 1],
    ['no_bucket', 1],
    ['no_credentials', 1],
    ['other', 1],
  ] as const)('%s: %i times', async (kind, tries) => {
    expect(await triesOf(new BucketError(kind, ''))).toBe(tries);
  });

  test('as often as it takes, as long as it gets further', async () => {
    let got = 0;
    const result = await withTries(
      limits,
      async (progress) => {
        got += 1;
        progress.further();
        if (got < 20) throw new BucketError('broken', '');
        return got;
      },
      nothing,
    );
    expect(result).toBe(20);
  });

  test.each(['session_lost', 'damaged', 'changed'] as const)(
    'six times where all begins anew, however far it gets: %s',
    async (kind) => {
      let tries = 0;
      const work = async (progress: { further(): void }): Promise<never> => {
        tries += 1;
        progress.further();
        throw new BucketError(kind, '');
      };
      await expect(withTries(limits, work, nothing)).rejects.toMatchObject({ kind });
      expect(tries).toBe(6);
    },
  );

  test('not before the store says, as far as that is bearable', async () => {
    let tries = 0;
    const start = performance.now();
    await withTries(
      limits,
      async () => {
        tries += 1;
        if (tries === 1) throw new BucketError('busy', '', { waitMs: 25 });
        if (tries === 2) throw new BucketError('busy', '', { waitMs: 3_600_000 });
      },
      nothing,
    );
    const took = performance.now() - start;
    expect(took).toBeGreaterThanOrEqual(50);
    expect(took).toBeLessThan(5_000);
  });

  test('with new credentials, once', async () => {
    let renewed = 0;
    const work = async (): Promise<string> => {
      if (renewed === 0) throw new BucketError('refused', 'expired');
      return 'done';
    };
    const renew = async (): Promise<void> => {
      renewed += 1;
    };
    expect(await withTries(limits, work, renew)).toBe('done');
    expect(renewed).toBe(1);
  });
});

test.each([
  ['20GB', 20e9],
  ['1.5 GiB', 1.5 * 1024 ** 3],
  ['512MB', 512e6],
  ['100B', 100],
])('%s is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});
