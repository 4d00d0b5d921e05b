/** `lake test --generate <model>`: writes a unit test from published rows into the model's properties file. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CompiledProject } from '../../api/load-and-compile.js';
import type { ModelNode } from '../../compile/types.js';
import { LakeError } from '../../errors/lake-error.js';
import { didYouMean } from '../../errors/nearest.js';
import type { Json } from '../../project/types.js';
import { addUnitTest } from '../../project/yaml/add-unit-test.js';
import { engineOf } from '../../run/engine-of.js';
import { type ExampleRows, exampleRows } from '../../run/generate/example-rows.js';
import { counted } from '../progress/format.js';

/**
 * Says what was written, and where.
 * @returns The test's id.
 * @throws LakeError LK2001, LK4010, LK7030
 */
export async function generateUnitTest(opened: CompiledProject, name: string): Promise<string> {
  const node = modelOf(opened, name);
  const { root, graph, project } = opened;
  const { target } = project;
  const engine = engineOf(root, target);
  const example = await exampleRows({ root, graph, target, engine, node }).finally(() => engine.close());
  const test = {
    name: newName(opened, node),
    model: node.name,
    description: `Made of rows as they were published on ${new Date().toISOString().slice(0, 10)}.`,
    given: example.given.map((given) => ({
      input: reference(opened, given.input),
      rows: asRows(given, false),
    })),
    expect: { rows: asRows(example.expect, true) },
  };
  const path = propertiesPath(opened, node);
  const file = join(root, path);
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, addUnitTest(before, test));
  const sizes = example.given.map(({ input, rows }) => `${counted(rows.length, 'row')} of ${input}`);
  process.stderr.write(
    `Wrote the unit test ${test.name} to ${path}: ${sizes.join(', ') || 'nothing given'} make ${counted(example.expect.rows.length, 'row')}.\n`,
  );
  return `${node.name}::${test.name}`;
}

function modelOf({ graph }: CompiledProject, name: string): ModelNode {
  const named = graph.nodes.filter((node) => node.id === name || node.name === name);
  const model = named.find((node) => node.kind === 'model');
  if (model?.kind === 'model' && model.sql !== '' && model.materialized !== 'snapshot') return model;
  if (named.length > 0) {
    throw new LakeError(
      'LK7030',
      `no unit test of ${name} can be made from its rows: it is no model with SQL`,
      {
        hint: 'unit tests of a dataset stand in its manifest, with raw rows; seeds and snapshots have none',
      },
    );
  }
  const models = graph.nodes.flatMap((node) => (node.kind === 'model' ? [node.id, node.name] : []));
  throw new LakeError('LK2001', `no model "${name}"`, {
    hint: didYouMean(name, models) ?? 'see what there is with `lake ls`',
  });
}

function newName({ graph }: CompiledProject, node: ModelNode): string {
  const taken = new Set(graph.unitTests.filter((test) => test.node === node.id).map(({ id }) => id));
  const name = (n: number) => (n === 1 ? 'real_rows' : `real_rows_${n}`);
  let n = 1;
  while (taken.has(`${node.name}::${name(n)}`)) n += 1;
  return name(n);
}

/** The bare name where it means this node and no other. */
function reference({ graph }: CompiledProject, id: string): string {
  const node = graph.nodes.find((one) => one.id === id);
  return `ref('${node?.kind === 'bronze' ? id : (node?.name ?? id)}')`;
}

/** Where the model is described, else where it has unit tests, else a file beside its SQL. */
function propertiesPath({ project, graph }: CompiledProject, node: ModelNode): string {
  const described = project.models.find((model) => model.path === node.path)?.propertiesPath;
  const tested = graph.unitTests.find((test) => test.node === node.id)?.at.file;
  return described ?? tested ?? node.path.replace(/\.sql$/i, '.yml');
}

/** Values as YAML shows them best: what does not read back as itself is text. */
function asRows({ columns, rows }: ExampleRows, nulls: boolean): readonly Readonly<Record<string, Json>>[] {
  const value = (text: string, type: string): Json => {
    if (type === 'BOOLEAN') return text === 'true';
    return isExact(text, type) ? Number(text) : text;
  };
  return rows.map((row) =>
    Object.fromEntries(
      columns.flatMap(({ name, type }, i): (readonly [string, Json])[] => {
        const text = row[i] ?? null;
        if (text === null) return nulls ? [[name, null]] : [];
        return [[name, value(text, type)]];
      }),
    ),
  );
}

/** Whether a number of YAML holds the value: digits beyond the fifteenth would be lost. */
function isExact(text: string, type: string): boolean {
  if (/^(DOUBLE|FLOAT)$/.test(type)) return Number.isFinite(Number(text));
  return (
    /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*)$/.test(type) && text.replace(/\D/g, '').length <= 15
  );
}
