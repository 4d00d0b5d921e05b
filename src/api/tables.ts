/** What a lake has published. */
import type { CompiledProject } from './load-and-compile.js';

export interface PublishedTable {
  /** Layer and name, as questions name it: `silver.shootings`. */
  readonly name: string;
  readonly type: 'table' | 'view';
  /** Of a table; a view's rows are those of what it reads. */
  readonly rows?: number;
  readonly bytes?: number;
  readonly version: number;
  /** When that version was published. */
  readonly publishedAt: Date;
  /** Types as DuckDB writes them. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly description?: string;
}

/** Of the newest set, in the order of their names. @throws LakeError LK602x when a file of the lake is damaged. */
export async function listTables({ project, root }: CompiledProject): Promise<readonly PublishedTable[]> {
  const { openLake } = await import('../lakehouse/open-lake.js');
  const lake = await openLake(project.target.lake, root);
  const set = await lake.newestSet();
  const tables = Object.entries(set?.tables ?? {}).map(async ([name, version]): Promise<PublishedTable> => {
    const { state } = await lake.at(name, version);
    const { rows, bytes, columns, documents } = state;
    return {
      name,
      type: 'table',
      rows,
      bytes,
      version,
      publishedAt: new Date(state.at),
      columns,
      ...(documents?.description !== undefined && { description: documents.description }),
    };
  });
  const views = Object.entries(set?.views ?? {}).map(async ([name, version]): Promise<PublishedTable> => {
    const { state } = await lake.viewAt(name, version);
    const { columns, description } = state;
    return {
      name,
      type: 'view',
      version,
      publishedAt: new Date(state.at),
      columns,
      ...(description !== undefined && { description }),
    };
  });
  const all = await Promise.all([...tables, ...views]);
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}
