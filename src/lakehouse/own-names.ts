/** How lake names the files of a commit: each tells the transaction that brought it. */

/** Data files, wherever their partition's folder is; the text is the transaction. */
export const OWN_FILE = /(?:^|\/)part-\d{5}-([0-9a-f-]{36})\.parquet$/;

/** States in `_lake/`: version and transaction. */
export const OWN_STATE = /^(\d+)-([0-9a-f-]{36})\.json$/;
