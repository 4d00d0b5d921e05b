/** The text of a project file, or why there is none. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Findings } from '../findings.js';

/** No manifest or model is anywhere near this; data belongs into seeds or a portal. */
const MAX_BYTES = 1024 * 1024;

/** Text of a file by its path relative to the root; undefined, and reported, where it cannot be had. */
export type TextReader = (file: string) => Promise<string | undefined>;

/**
 * Reads files below `root` as UTF-8, without a byte order mark. A file that is too large, unreadable or not UTF-8 is
 * reported and undefined.
 */
export function textReader(root: string, findings: Findings): TextReader {
  const refuse = (file: string, code: string, message: string, hint: string): undefined => {
    findings.add(code, { file, line: 1, col: 1 }, message, { hint });
  };
  return async (file) => {
    let bytes: Buffer;
    try {
      // For thousands of small files, waiting for each costs several times what reading does.
      const absolute = path.join(root, file);
      const { size } = statSync(absolute);
      if (size > MAX_BYTES) {
        const megabytes = (size / MAX_BYTES).toFixed(1);
        return refuse(
          file,
          'LK1007',
          `the file has ${megabytes} MiB, more than 1 MiB`,
          'Split it into several files',
        );
      }
      bytes = readFileSync(absolute);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return refuse(
        file,
        'LK1008',
        `the file cannot be read (${code ?? 'unknown'})`,
        'Check that it is a file and may be read',
      );
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return refuse(file, 'LK1008', 'the file is not UTF-8 text', 'Save it in the encoding UTF-8');
    }
  };
}
