/**
 * Every code that lake prints, with its title. Ranges: 1 project files, 2 compile, 3 portals and fetching,
 * 4 guards, contracts and tests, 5 engine, 6 lake and state, 7 command line, 9 defects of lake itself.
 * A code is never used for two things and never given away again.
 */
export const codes = {
  LK1000: 'The project has mistakes',
  LK9000: 'Unexpected error',
} as const satisfies Record<string, string>;

export type Code = keyof typeof codes;
