/** Flags of the user's command that the commands which it suggests repeat. */

/** What the user's command said of project, target and day, each with a blank before it. */
export interface CarriedFlags {
  readonly flags: string;
  readonly day: string;
  /** The run was a sample, in a lake of its own. */
  readonly sample?: boolean;
  /** Nothing that was read had any rows, in a lake of its own. */
  readonly empty?: boolean;
  /** The run before this one, which was killed; ISO 8601. */
  readonly interrupted?: { readonly run: string; readonly at: string };
}
