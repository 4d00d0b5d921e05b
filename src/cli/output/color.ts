/** NO_COLOR (no-color.org), FORCE_COLOR and `--no-color`, which sets NO_COLOR, decide; else whether it is a terminal. */
export function useColor(stream: { readonly isTTY?: boolean }): boolean {
  if (process.env['NO_COLOR']) return false;
  if (process.env['FORCE_COLOR']) return process.env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true;
}
