/** Messages about a file call it what a person knows it as: its address, or its name in the archive; not its place in the spool. */
import { basename } from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import type { DecodeTask } from '../types.js';
import type { Scratch } from './scratch.js';

/** The same error with the names that the task has for its files. */
export function namedError(error: LakeError, task: DecodeTask, scratch: Scratch): LakeError {
  const path = error.details['path'];
  const spooled = typeof path === 'string' ? scratch.originOf(path) : undefined;
  const part =
    task.parts.find(({ files }) => spooled !== undefined && files.includes(spooled)) ??
    task.parts
      .filter(({ label }) => error.message.startsWith(`${label}:`) || error.message.startsWith(`${label},`))
      .toSorted((a, b) => b.label.length - a.label.length)[0];
  if (part?.names === undefined) return error;
  const names = new Map(part.files.map((file, i) => [basename(file), part.names![i] ?? basename(file)]));
  for (const [file, name] of scratch.names) names.set(basename(file), name);
  for (const made of scratch.made) {
    const name = names.get(basename(scratch.originOf(made)));
    if (name !== undefined) names.set(basename(made), name);
  }
  // The label is the portal's own text and stays as it is.
  const start = error.message.startsWith(part.label) ? part.label.length : 0;
  const told = error.message.slice(start).replace(/[\w.-]+/g, (word) => names.get(word) ?? word);
  // A part whose label is its address would be named twice.
  const twice =
    told.startsWith(': ') &&
    [...names.values()].some((name) => name.startsWith(part.label) && told.includes(name));
  const name = spooled === undefined ? undefined : names.get(basename(spooled));
  return new LakeError(error.code, twice ? told.slice(2) : error.message.slice(0, start) + told, {
    hint: error.hint,
    transient: error.transient,
    details: {
      ...error.details,
      ...(spooled === undefined ? {} : { path: spooled }),
      ...(name === undefined ? {} : { file: name }),
    },
    cause: error.cause,
  });
}
