import type { NodeResult } from './events.js';

/**
 * 0 fine; 1 a node or a test failed; 75 (EX_TEMPFAIL of sysexits.h) only transient failures, safe to retry, or its lease was
 * taken away; 130 stopped by a signal. What was skipped because of a failure counts as that failure.
 */
export function exitCodeOf(results: readonly NodeResult[], signal: AbortSignal): number {
  if (signal.aborted) return signal.reason === 'SIGTERM' ? 143 : 130;
  const failed = results.filter((result) => result.status === 'error');
  if (failed.length === 0) return results.some((result) => result.status === 'cancelled') ? 75 : 0;
  return failed.every((result) => result.error?.transient) ? 75 : 1;
}
