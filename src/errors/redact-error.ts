import { LakeError, ProjectError } from './lake-error.js';
import type { Redactor } from './redactor.js';

/** The same error without secrets in anything that is shown; of one that is no LakeError the message alone is left. */
export function redactError(error: unknown, { text, value }: Redactor): unknown {
  if (error instanceof ProjectError || !(error instanceof Error)) return error;
  if (!(error instanceof LakeError)) {
    const message = text(error.message);
    const stack = text(error.stack ?? '');
    return message === error.message && stack === (error.stack ?? '')
      ? error
      : Object.assign(new Error(message), { stack });
  }
  const { code, message, hint, transient, details } = error;
  const shown = [message, hint, details] as const;
  const clean = value(shown);
  if (clean === shown) return error;
  return new LakeError(code, clean[0], { hint: clean[1], transient, details: clean[2] });
}
