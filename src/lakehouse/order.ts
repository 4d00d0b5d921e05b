/** Order by code units, in which ISO times and run ids sort by time. For `sort`. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
