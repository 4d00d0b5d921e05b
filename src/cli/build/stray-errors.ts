/** Errors that belong to no node and that nobody waits for: a run that met one ends like any other, but not with 0. */
import { type ErrorInfo, errorInfo } from '../../errors/lake-error.js';
import { createRedactor } from '../../errors/redactor.js';
import type { RunResult } from '../../run/events.js';

export interface StrayErrors {
  /** The result with what was met; its exit code is then not 0. */
  addTo(result: RunResult): RunResult;
  release(): void;
}

/** Listens for rejections without a handler and exceptions without a catch, which would end the process in mid-run. */
export function collectStrayErrors(secrets: readonly string[]): StrayErrors {
  const found: ErrorInfo[] = [];
  const redactor = createRedactor(secrets);
  const onError = (error: unknown): void => {
    found.push(redactor.value(errorInfo(error)));
  };
  process.on('unhandledRejection', onError);
  process.on('uncaughtException', onError);
  return {
    addTo(result) {
      if (found.length === 0) return result;
      const problems = [...(result.problems ?? []), ...found];
      return { ...result, problems, exitCode: Math.max(1, result.exitCode) };
    },
    release() {
      process.off('unhandledRejection', onError);
      process.off('uncaughtException', onError);
    },
  };
}
