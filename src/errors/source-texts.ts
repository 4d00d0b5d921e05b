/**
 * Text of the project's files by path relative to the project root, for code frames. Secrets written into a file are
 * already masked, so any of it may be printed.
 */
export type SourceTexts = Readonly<Record<string, string>>;
