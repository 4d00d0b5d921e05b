/** Spans of time as Delta's table properties write them: `interval 30 days`, `interval 1 week 12 hours`. */

const DAY = 24 * 60 * 60 * 1000;

const milliseconds: Readonly<Record<string, number>> = {
  week: 7 * DAY,
  day: DAY,
  hour: DAY / 24,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};

/** Milliseconds; undefined for what is no such span, and for months and years, which Delta does not take either. */
export function parseInterval(text: string): number | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, '')
    .split(/\s+/);
  if (words.length === 0 || words.length % 2 === 1) return undefined;
  let sum = 0;
  for (let i = 0; i < words.length; i += 2) {
    const unit = milliseconds[words[i + 1]!.replace(/s$/, '')];
    if (!/^\d+$/.test(words[i]!) || unit === undefined) return undefined;
    sum += Number(words[i]) * unit;
  }
  return sum;
}

/** How long commits are kept behind a checkpoint: `delta.logRetentionDuration`, 30 days. */
export function logRetention(properties: Readonly<Record<string, string>>): number {
  return parseInterval(properties['delta.logRetentionDuration'] ?? '') ?? 30 * DAY;
}

/** How long a checkpoint remembers removed files: `delta.deletedFileRetentionDuration`, 7 days. */
export function removedFileRetention(properties: Readonly<Record<string, string>>): number {
  return parseInterval(properties['delta.deletedFileRetentionDuration'] ?? '') ?? 7 * DAY;
}
