/** The directives of C's strftime that make sense for an instant in UTC. */
const two = (n: number): string => String(n).padStart(2, '0');

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const DAY = 86_400_000;

const DIRECTIVES: Readonly<Record<string, (t: Date) => string>> = {
  Y: (t) => String(t.getUTCFullYear()).padStart(4, '0'),
  y: (t) => two(t.getUTCFullYear() % 100),
  m: (t) => two(t.getUTCMonth() + 1),
  d: (t) => two(t.getUTCDate()),
  H: (t) => two(t.getUTCHours()),
  I: (t) => two(t.getUTCHours() % 12 || 12),
  p: (t) => (t.getUTCHours() < 12 ? 'AM' : 'PM'),
  M: (t) => two(t.getUTCMinutes()),
  S: (t) => two(t.getUTCSeconds()),
  f: (t) => `${String(t.getUTCMilliseconds()).padStart(3, '0')}000`,
  j: (t) => String(Math.floor((t.getTime() - Date.UTC(t.getUTCFullYear(), 0, 1)) / DAY) + 1).padStart(3, '0'),
  B: (t) => MONTHS[t.getUTCMonth()]!,
  b: (t) => MONTHS[t.getUTCMonth()]!.slice(0, 3),
  A: (t) => DAYS[t.getUTCDay()]!,
  a: (t) => DAYS[t.getUTCDay()]!.slice(0, 3),
  F: (t) => t.toISOString().slice(0, 10),
  T: (t) => t.toISOString().slice(11, 19),
  s: (t) => String(Math.floor(t.getTime() / 1000)),
  z: () => '+0000',
  Z: () => 'UTC',
  '%': () => '%',
};

export type Formatted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly unknown: string; readonly known: string };

/** @param format Such as `%Y-%m-%d %H:%M`. @see https://docs.python.org/3/library/datetime.html#format-codes */
export function formatTime(time: Date, format: string): Formatted {
  let unknown: string | undefined;
  const text = format.replace(/%(.?)/gs, (written, letter: string) => {
    const directive = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter] : undefined;
    if (!directive) unknown ??= written;
    return directive?.(time) ?? '';
  });
  if (unknown === undefined) return { ok: true, text };
  return {
    ok: false,
    unknown,
    known: `It knows ${Object.keys(DIRECTIVES)
      .map((letter) => `%${letter}`)
      .join(' ')}`,
  };
}
