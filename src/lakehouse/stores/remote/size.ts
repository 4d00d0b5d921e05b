/** `20GB`, `512 MiB` in bytes. */
const units = ['', 'K', 'M', 'G', 'T'];

/** Decimal units are powers of 1,000, those with an i of 1,024, as DuckDB reads them. */
export function parseSize(text: string): number {
  const [, number, unit, binary] = /^([0-9.]+) ?([KMGT]?)(i?)B$/.exec(text)!;
  return Math.floor(Number(number) * (binary ? 1024 : 1000) ** units.indexOf(unit!));
}
