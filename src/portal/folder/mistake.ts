/** A mistake in `portal.yml`: where it stands, from the document's root, and what to say of it. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly hint?: string;
}
