/**
 * The parser alone costs half of what the whole package costs to import, and lake walks the tree itself.
 * The package has no `exports` map, and its version is pinned.
 */
declare module 'handlebars/dist/cjs/handlebars/compiler/base.js' {
  import type { Program } from './ast.js';

  const compiler: {
    /** @throws Error with the parser's own words. */
    parse(input: string): Program;
  };
  export default compiler;
}
