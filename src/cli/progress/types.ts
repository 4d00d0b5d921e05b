import type { ErrorInfo } from '../../errors/lake-error.js';
import type { RunEvent, RunResult } from '../../run/events.js';

/** Who tells of a run: to a person or to a program. */
export interface Reporter {
  /** Says what is about to happen, before anything that takes time. */
  begin(nodes: number): void;
  readonly onEvent: (event: RunEvent) => void;
  /** A sentence in between, such as on the first Ctrl-C. */
  readonly say: (text: string) => void;
  /** What ended the command before there was a result; it is printed as text elsewhere. */
  readonly fail: (error: ErrorInfo) => void;
  /** Prints the summary, or the results as rows. */
  finish(result: RunResult): Promise<void>;
  close(): void;
}
