/** Messages between the engine and its child processes: plain values, one answer to each request. */
import type { ErrorInfo } from '../../errors/lake-error.js';
import type {
  DecodeResult,
  DecodeTask,
  EngineSettings,
  ResultSet,
  ScanAnswer,
  ScanTask,
  SqlStep,
  SqlTask,
  StreamPiece,
  StreamTask,
} from '../types.js';

/** `decode` reads untrusted bytes in closed databases; `sql` does the rest. */
export type ProcessKind = 'decode' | 'sql';

/** What the process is to do, by the name of the work. */
export interface Work {
  readonly sql: { readonly task: SqlTask; readonly result: readonly ResultSet[] };
  readonly step: { readonly task: SqlStep; readonly result: readonly ResultSet[] };
  /** The name of a task in steps that has had its last one. */
  readonly endSteps: { readonly task: string; readonly result: null };
  /** A question and the name of its stream; its first piece. */
  readonly openStream: {
    readonly task: StreamTask & { readonly stream: string };
    readonly result: StreamPiece | null;
  };
  /** The name of a stream: the piece after the one before, null behind the last. */
  readonly nextPiece: { readonly task: string; readonly result: StreamPiece | null };
  /** The name of a stream that nobody wants more of. */
  readonly endStream: { readonly task: string; readonly result: null };
  readonly scan: { readonly task: ScanTask; readonly result: readonly ScanAnswer[] };
  readonly decode: { readonly task: DecodeTask; readonly result: DecodeResult };
  readonly parse: { readonly task: readonly string[]; readonly result: readonly (ErrorInfo | null)[] };
}

export type WorkName = keyof Work;

export interface Request<Name extends WorkName = WorkName> {
  readonly id: number;
  readonly work: Name;
  readonly task: Work[Name]['task'];
}

export type Answer =
  | { readonly id: number; readonly result: Work[WorkName]['result'] }
  | { readonly id: number; readonly error: ErrorInfo };

/** Settings that a process starts with, handed over in its environment. */
export interface ProcessSettings extends EngineSettings {
  readonly kind: ProcessKind;
  readonly threads: number;
}

/** Name of the environment variable that holds the settings as JSON. */
export const SETTINGS_VARIABLE = 'LAKE_ENGINE_SETTINGS';
