/** What a run says, on its way to those who listen: without secrets, and without harm from a listener that fails. */
import { type ErrorInfo, errorInfo } from '../errors/lake-error.js';
import type { Redactor } from '../errors/redactor.js';
import type { RunEvent } from './events.js';

export interface Teller {
  readonly emit: (event: RunEvent) => void;
  /** What went wrong in listeners, each sentence once. */
  readonly problems: () => readonly ErrorInfo[];
}

/** A listener that throws (a full disk, a closed pipe) is heard of at the end; the run goes on and tells it more. */
export function createTeller(listener: (event: RunEvent) => void, redactor: Redactor): Teller {
  const problems = new Map<string, ErrorInfo>();
  return {
    emit(event) {
      try {
        listener(redactor.value(event));
      } catch (error) {
        const info = redactor.value(errorInfo(error));
        problems.set(`${info.code} ${info.message}`, info);
      }
    },
    problems: () => [...problems.values()],
  };
}
