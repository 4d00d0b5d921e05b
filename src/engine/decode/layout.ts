/** What all formats come down to: files of one layout, read by one SELECT. */
import type { DecodeTask } from '../types.js';

/** Files that are read in one way: a part of the task, or a member of an archive that the part brought. */
export interface Reading {
  /** The part's place in the task. */
  readonly index: number;
  /** With the files, the format and the variables of this reading; the label says where it is from. */
  readonly part: DecodeTask['parts'][number];
}

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
  /** True for Parquet, whose errors name no line. */
  readonly parquet?: boolean;
}

/** A reading with its layout. One that brought no bytes at all has none. */
export interface ReadyPart {
  /** The part's place in the task. */
  readonly index: number;
  /** Of every row: those of the part and what an archive's member is named for. */
  readonly variables: Readonly<Record<string, string>>;
  readonly layout?: Layout;
  readonly files: readonly ReadyFile[];
  /** Bronze name of the column that the hint calls the portal's row id. */
  readonly rowIdColumn?: string;
  /** What was counted on the way and a person should know, each a sentence about the part. */
  readonly notes?: readonly string[];
}
