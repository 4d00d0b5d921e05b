/** What all formats come down to: files of one layout, read by one SELECT. */

/** Files that one SELECT can read together, because their columns are the same. */
export interface Layout {
  /** Equal for files that may be read together. */
  readonly key: string;
  /** The portal's columns under their bronze names, in order. */
  readonly columns: readonly string[];
  /** Further columns that come out of the files, such as a sheet's `_period`. */
  readonly variables: readonly string[];
  /**
   * SELECT of `columns` and `variables`, all VARCHAR, in delivered order. With `fileColumn`, also each row's place in
   * `paths`, from 0, under that name.
   */
  readonly select: (paths: readonly string[], fileColumn: string | undefined) => string;
}

/** A file that is ready to be read: spooled as it is, or rewritten into the scratch folder. */
export interface ReadyFile {
  readonly path: string;
  readonly bytes: number;
  /** Label of the part and path of the spooled file that it was made from, for messages. */
  readonly part: string;
  readonly origin: string;
  /** Lines of the spooled file that come before this one's first. */
  readonly linesBefore: number;
}

/** A part of the task with its layout. A part that brought no bytes at all has none. */
export interface ReadyPart {
  /** The part's place in the task. */
  readonly index: number;
  readonly layout?: Layout;
  readonly files: readonly ReadyFile[];
  /** Bronze name of the column that the hint calls the portal's row id. */
  readonly rowIdColumn?: string;
}
