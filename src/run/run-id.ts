import { randomBytes } from 'node:crypto';

/** A name for one run that sorts by time and is safe in paths: `20261121T074512Z-3f9c2a`. */
export function newRunId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}
