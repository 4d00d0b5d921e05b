/** Values of the contract for tests: only what a test is about is written out. */
import type { BronzeNode } from '../../src/compile/types.js';
import type { SourceSpan } from '../../src/errors/diagnostic.js';
import type { PartState, TableState } from '../../src/lakehouse/types.js';
import type { Dataset, Field, Portal } from '../../src/project/types.js';

export const AT: SourceSpan = { file: 'datasets/x.yml', line: 1, col: 1 };

export function field(name: string, more: Partial<Field> = {}): Field {
  return {
    name,
    type: 'varchar',
    from: [name],
    fromDeclared: more.from !== undefined,
    trim: true,
    nullIf: [''],
    format: ['iso'],
    timezone: 'America/Toronto',
    required: false,
    onInvalid: 'quarantine',
    tests: [],
    at: AT,
    ...more,
  };
}

export function dataset(more: Partial<Dataset> = {}): Dataset {
  return {
    name: 'x',
    portal: 'p',
    source: { at: AT },
    load: { mode: 'replace', deletes: 'hard' },
    volatile: [],
    trim: true,
    nullIf: [''],
    timezone: 'America/Toronto',
    contract: { columns: 'evolve', values: 'quarantine' },
    partitionBy: [],
    guards: {},
    tests: [],
    unitTests: [],
    publish: [],
    tags: [],
    accounting: true,
    path: 'datasets/x.yml',
    at: AT,
    spans: {},
    ...more,
  };
}

export function portal(more: Partial<Portal> = {}): Portal {
  return {
    name: 'p',
    type: 'socrata',
    url: 'https://data.example.org',
    timezone: 'UTC',
    concurrency: 4,
    hasToken: false,
    at: AT,
    ...more,
  };
}

export function bronze(more: Partial<BronzeNode> = {}): BronzeNode {
  return {
    kind: 'bronze',
    id: 'bronze.x',
    name: 'x',
    layer: 'bronze',
    path: 'datasets/x.yml',
    tags: [],
    dependsOn: [],
    dataset: dataset(),
    sourceHash: 'source-1',
    ...more,
  };
}

export function partState(more: Partial<PartState> = {}): PartState {
  return { label: 'x', variables: {}, loads: ['run-1'], validators: {}, rows: 10, sha256: 'a', ...more };
}

export function bronzeState(more: Partial<TableState> = {}): TableState {
  return {
    format: 1,
    table: 'bronze.x',
    version: 0,
    dataVersion: 0,
    txnId: 't',
    run: 'run-1',
    at: '2026-01-01T00:00:00Z',
    columns: [],
    files: [],
    rows: 0,
    bytes: 0,
    inputs: {},
    tests: [],
    audited: true,
    sourceHash: 'source-1',
    parts: { a: partState() },
    ...more,
  };
}
