/** A unit test is written into a file of a person's own: nothing else in it changes. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addUnitTest } from '../../src/project/yaml/add-unit-test.js';

const TEST = {
  name: 'real_rows',
  model: 'm',
  given: [{ input: "ref('a')", rows: [{ id: 1, note: 'it: is, "so"', at: '2024-01-01' }] }],
  expect: { rows: [{ id: 1, n: null }] },
};

const ENTRY = `- name: real_rows
  model: m
  given:
    - input: ref('a')
      rows:
        - {id: 1, note: 'it: is, "so"', at: 2024-01-01}
  expect:
    rows:
      - {id: 1, n: null}
`;
const by = (blanks: number) => ENTRY.replace(/^/gm, ' '.repeat(blanks)).trimEnd();

describe('the text around it stays to the letter', () => {
  it.each([
    ['an empty file', '', `version: 2\n\nunit_tests:\n${by(2)}\n`],
    [
      'no unit tests yet, and no line end',
      'version: 2 # of dbt\nmodels:\n    -   name:   m',
      `version: 2 # of dbt\nmodels:\n    -   name:   m\n\nunit_tests:\n${by(2)}\n`,
    ],
    [
      'a list that is not indented, with a comment behind it',
      'unit_tests:\n- name: one # first\n  model: m\n  given: []\n  expect: []  # nothing\n\n# the models\nmodels:\n- {name: m}\n',
      `unit_tests:\n- name: one # first\n  model: m\n  given: []\n  expect: []  # nothing\n${by(0)}\n\n# the models\nmodels:\n- {name: m}\n`,
    ],
    [
      'a list at the end, whose last value is a text of lines',
      'unit_tests:\n    - name: one\n      model: m\n      given: []\n      expect:\n        format: csv\n        rows: |\n          id\n          1\n',
      `unit_tests:\n    - name: one\n      model: m\n      given: []\n      expect:\n        format: csv\n        rows: |\n          id\n          1\n${by(4)}\n`,
    ],
    [
      'line ends of Windows',
      'models:\r\n  - name: m\r\n',
      `models:\r\n  - name: m\r\n\nunit_tests:\n${by(2)}\n`,
    ],
  ])('%s', (_, before, after) => {
    const written = addUnitTest(before, TEST);
    expect(written).toBe(before.includes('\r') ? after.replace(/\r?\n/g, '\r\n') : after);
    expect(parse(written).unit_tests.at(-1)).toEqual(TEST);
  });

  it('an empty or inline list becomes one of lines', () => {
    for (const list of ['', ' []', ' [{name: one, model: m, given: [], expect: []}]']) {
      const written = addUnitTest(`# mine\nmodels:\n  - name: m # too\nunit_tests:${list}\n`, TEST);
      expect(written).toContain('# mine\nmodels:\n  - name: m # too\n');
      expect(parse(written).unit_tests.at(-1)).toEqual(TEST);
    }
  });
});
