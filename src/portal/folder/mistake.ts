/** A mistake in `portal.yml`: where it stands, from the document's root, and what to say of it. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  /** Whether the key at the end of `path` is to blame, or its value; `value` where nothing is said. */
  readonly point?: 'key' | 'value';
  readonly message: string;
  readonly expected?: string;
  readonly hint?: string;
}
