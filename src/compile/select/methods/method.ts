import type { Item } from '../items.js';

/** One way to choose: `tag:police`. */
export interface SelectorMethod {
  readonly name: string;
  /** Chooses items for the text after the colon. */
  matcher(value: string): (item: Item) => boolean;
  /** The values that would have matched something: where a typing error was near to. */
  values(item: Item): readonly string[];
}
