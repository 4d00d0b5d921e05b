/** The only folder that imports a database driver. Its own sides: an engine here, its processes in `process/`. */
export { createEngine } from './create-engine.js';
