import { join } from 'node:path';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import type { Lake } from '../../../src/lakehouse/types.js';
import { temporaryFolder } from './temporary-folder.js';
import { Writer } from './writer.js';

export interface OpenedLake {
  readonly lake: Lake;
  readonly writer: Writer;
  /** Absolute path of something in the lake. */
  at(...names: readonly string[]): string;
  /** Another lake object on the same folder, as another process would open it. */
  again(): Promise<Lake>;
  remove(): Promise<void>;
}

/** A lake in a temporary folder. */
export async function openedLake(): Promise<OpenedLake> {
  const folder = await temporaryFolder();
  const again = (): Promise<Lake> => openLake({ type: 'local', path: 'lake/dev' }, folder.path);
  const lake = await again();
  const writer = await Writer.on(lake);
  return { lake, writer, at: (...names) => join(lake.root, ...names), again, remove: folder.remove };
}
