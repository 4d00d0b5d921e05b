/** The only folder that imports a database driver. What it offers to the rest: an engine, SQL text, lake's macros. */
export { createEngine } from './create-engine.js';
export { type SniffedFormat, sniffFormat } from './decode/sniff-format.js';
export { engineMacros } from './macros/index.js';
export { quoteIdent, quoteText, quoteTextList } from './sql-text.js';
