import type { Helper } from '../template/helpers/helper.js';
export const library: ReadonlyMap<string, Helper> = new Map();
