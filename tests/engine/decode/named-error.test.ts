import { describe, expect, it } from 'vitest';
import { namedError } from '../../../src/engine/decode/named-error.js';
import { Scratch } from '../../../src/engine/decode/scratch.js';
import { LakeError } from '../../../src/errors/lake-error.js';

const ADDRESS = 'https://data.city.example/trees.csv?year=';

/** Two parts whose files have the same names, each in a folder of its own, as in the spool. */
const task = {
  label: 'bronze.trees',
  parts: ['2023', '2024'].map((year) => ({
    partId: year,
    label: `trees ${year}`,
    variables: {},
    decode: { format: 'csv' as const },
    files: [`/spool/${year}/p00000.body`, `/spool/${year}/p00001.body`],
    names: [`${ADDRESS}${year}`, `${ADDRESS}${year}&page=2`],
  })),
  loadId: 'one',
  loadedAt: '2026-10-01T10:00:00Z',
  outDir: '/out',
};

const told = (message: string, path?: string, scratch = new Scratch('/scratch')) =>
  namedError(
    new LakeError('LK5011', message, { hint: 'look', details: path ? { path } : {} }),
    task,
    scratch,
  );

describe('an error about a file', () => {
  it('names the address that it came from, of the part that it is of', () => {
    expect(told('trees 2024: line 3 of p00001.body is short', '/spool/2024/p00001.body')).toMatchObject({
      code: 'LK5011',
      message: `trees 2024: line 3 of ${ADDRESS}2024&page=2 is short`,
      hint: 'look',
      details: { path: '/spool/2024/p00001.body', file: `${ADDRESS}2024&page=2` },
    });
  });

  it('names an address once where it is the label of the part', () => {
    const [only] = task.parts;
    const labelled = { ...task, parts: [{ ...only!, label: ADDRESS }] };
    const about = (file: string) =>
      namedError(
        new LakeError('LK5011', `${ADDRESS}: line 3 of ${file} is short`),
        labelled,
        new Scratch('/scratch'),
      ).message;
    expect(about('p00000.body')).toBe(`line 3 of ${ADDRESS}2023 is short`);
    expect(about('p00001.body')).toBe(`line 3 of ${ADDRESS}2023&page=2 is short`);
  });

  it('names both of two files, told from the part alone', () => {
    expect(told('trees 2023: p00001.body has other columns than p00000.body: "a" is new').message).toBe(
      `trees 2023: ${ADDRESS}2023&page=2 has other columns than ${ADDRESS}2023: "a" is new`,
    );
  });

  it('names what a file was made from', () => {
    const scratch = new Scratch('/scratch');
    const text = scratch.path('utf8', '/spool/2023/p00000.body');
    const body = scratch.path('body.csv', text);
    expect(told('trees 2023: the header of 0.utf8 does not end', text, scratch).message).toBe(
      `trees 2023: the header of ${ADDRESS}2023 does not end`,
    );
    expect(told('trees 2023: the last 2 lines of 1.body.csv are long', body, scratch).message).toBe(
      `trees 2023: the last 2 lines of ${ADDRESS}2023 are long`,
    );
  });

  it('names a member of an archive as the archive does', () => {
    const scratch = new Scratch('/scratch');
    scratch.names.set('/scratch/0.member-0', '"a.csv"');
    expect(
      told('trees 2023, "a.csv": line 3 of 0.member-0 is short', '/scratch/0.member-0', scratch).message,
    ).toBe('trees 2023, "a.csv": line 3 of "a.csv" is short');
  });
});
