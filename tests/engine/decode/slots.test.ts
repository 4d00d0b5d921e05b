import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decodeSlots } from '../../../src/engine/decode/slots.js';
import { withEngine } from '../with-engine.js';

describe('decode tasks', () => {
  it.each([
    [8, '16GiB', { atOnce: 8, memoryLimit: '2048MiB' }],
    [8, '4GiB', { atOnce: 4, memoryLimit: '1024MiB' }],
    [1, '4 GB', { atOnce: 2, memoryLimit: '1907MiB' }],
    [4, '1.5gb', { atOnce: 2, memoryLimit: '715MiB' }],
    [4, '512M', { atOnce: 2, memoryLimit: '244MiB' }],
    [4, undefined, { atOnce: 4, memoryLimit: undefined }],
    [4, '4 bananas', { atOnce: 4, memoryLimit: '4 bananas' }],
  ])('with %i threads share %s', (threads, memoryLimit, slots) => {
    expect(decodeSlots(threads, memoryLimit)).toEqual(slots);
  });

  const { decode, root, write } = withEngine({ threads: 2, memoryLimit: '1GB' });

  it('are never more than the threads at once', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i},x${i}`).join('\n');
    const file = write('slots/a.csv', `a,b\n${rows}\n`);
    mkdirSync(join(root, 'spill'), { recursive: true });
    let most = 0;
    let done = false;
    const watch = async () => {
      while (!done) {
        // Each task has a folder of its own in the process's spill folder for as long as it runs.
        const folders = readdirSync(join(root, 'spill'), { recursive: true }).map(String);
        most = Math.max(most, folders.filter((name) => /decode-\d+$/.test(name)).length);
        await sleep(2);
      }
    };
    const watched = watch();
    const results = await Promise.all(Array.from({ length: 8 }, () => decode([{ files: [file] }])));
    done = true;
    await watched;
    expect(results.map(({ parts }) => parts[0]!.rows)).toEqual(Array(8).fill(20_000));
    expect(most).toBe(2);
  });
});
