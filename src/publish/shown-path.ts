import { sep } from 'node:path';

/** As people are told it: inside of the project a path is relative to it. @param root Absolute. */
export function shownPath(root: string, path: string): string {
  return path.startsWith(root + sep) ? path.slice(root.length + 1) : path;
}
