import type { Diagnostic } from '../errors/diagnostic.js';
import type { Json } from '../project/types.js';
import type { Names } from './names.js';
import type { RunStamp } from './run-stamp.js';
import type { Parse } from './template/ast.js';
import type { DeclaredColumn, Helper } from './template/helpers/helper.js';
import type { RenderOptions } from './template/render.js';
import type { NodeId } from './types.js';

/** What rendering needs that is the same for all files. */
export interface RenderSetting {
  readonly names: Names;
  readonly vars: Readonly<Record<string, Json>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly macros: RenderOptions['macros'];
  readonly library: ReadonlyMap<string, Helper>;
  readonly parse?: Parse;
  readonly target: Readonly<Record<string, Json>>;
  readonly stamp: RunStamp;
  readonly columnsOf: (id: NodeId) => readonly DeclaredColumn[];
  /** What helpers and macros of these names answer instead, in a unit test. */
  readonly overrides?: Readonly<Record<string, Json>>;
  readonly report: (diagnostic: Diagnostic) => void;
}
