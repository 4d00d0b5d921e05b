import type { Dataset, LoadSpec, SourceSpec } from '../../src/project/types.js';

const at = { file: 'datasets/x.yml', line: 1, col: 1 };

/** A dataset with the given source, everything else as the language's defaults. */
export function dataset(source: Partial<SourceSpec>, load: Partial<LoadSpec> = {}): Dataset {
  return {
    name: 'x',
    portal: 'city',
    source: { at, ...source },
    load: { mode: 'replace', deletes: 'hard', ...load },
    volatile: [],
    trim: true,
    nullIf: [''],
    timezone: 'UTC',
    contract: { columns: 'evolve', values: 'quarantine' },
    partitionBy: [],
    guards: {},
    tests: [],
    unitTests: [],
    publish: [],
    tags: [],
    accounting: true,
    path: 'datasets/x.yml',
    at,
    spans: {},
  };
}
