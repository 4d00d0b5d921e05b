/** The only folder that imports a database driver. Its own sides: an engine here, SQL text in `sql-text.ts`. */
export { createEngine } from './create-engine.js';
