/** Which node each SQL file under `models/` makes: a gold model, or the silver of a dataset. */
import type { Diagnostic } from '../errors/diagnostic.js';
import type { Model } from '../project/types.js';
import type { ModelFile } from './nodes/model.js';
import { layerInFile, type Templates } from './templates.js';
import type { NodeId } from './types.js';

/**
 * Files by node id; of two with one name the first counts, load has told of the other. A file in a layer that it cannot
 * belong to is reported and kept as gold, so that refs to it are no further mistakes.
 */
export function modelFiles(
  models: readonly Model[],
  datasets: ReadonlySet<string>,
  templates: Templates,
  report: (diagnostic: Diagnostic) => void,
): ReadonlyMap<NodeId, ModelFile> {
  const files = new Map<NodeId, ModelFile>();
  for (const model of models) {
    const template = templates.byPath.get(model.path);
    const layer = layerInFile(template) ?? model.layer;
    const rewrites = layer === 'silver' && datasets.has(model.name);
    if (!rewrites && layer !== 'gold') report(wrongLayer(model, layer));
    const id = rewrites ? `silver.${model.name}` : `gold.${model.name}`;
    if (!files.has(id)) files.set(id, { model, id, rewrites, template });
  }
  return files;
}

function wrongLayer({ name, at }: Model, layer: string): Diagnostic {
  const base = { code: 'LK2023', severity: 'error', at } as const;
  if (layer !== 'silver') {
    return {
      ...base,
      message: `a model cannot belong to the layer "${layer}"`,
      hint: 'Move it under models/gold/',
    };
  }
  return {
    ...base,
    message: `"${name}" rewrites the silver of no dataset`,
    hint: 'models/silver/<dataset>.sql replaces the generated SELECT of that dataset; other models belong to gold',
  };
}
