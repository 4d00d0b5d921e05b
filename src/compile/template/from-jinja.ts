/** A call as dbt's Jinja writes it, in Handlebars: what to write instead, for the hint of a mistake. */

const WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null', none: 'null' };

/** Names, texts, numbers and signs; undefined where the text holds something else. */
function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  const token = /\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_][\w.]*|-?\d+(?:\.\d+)?|[()[\],=])\s*/y;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (!found) return undefined;
    tokens.push(found[1]!);
  }
  return tokens;
}

/** What the call in a tag is called, without and with what stands before it: `date_trunc` of `dbt.date_trunc`. */
export function calledIn(tag: string): { readonly name: string; readonly package?: string } | undefined {
  const [, before, name] = /^\{\{-?\s*(?:(\w+)\.)?(?:\w+\.)*([A-Za-z_]\w*)\(/.exec(tag) ?? [];
  return name === undefined ? undefined : { name, ...(before === undefined ? {} : { package: before }) };
}

/**
 * `{{ dbt_utils.star(ref('x'), except=['a']) }}` → `{{star (ref 'x') except=(list 'a')}}`; undefined for what is no plain
 * call. Helpers are known by their own names, whatever package stands before them.
 */
export function fromJinja(tag: string): string | undefined {
  const inside = /^\{\{-?\s*(.*?)\s*-?\}\}$/s.exec(tag)?.[1];
  const tokens = inside === undefined ? undefined : tokensOf(inside);
  if (!tokens || !/^[A-Za-z_]/.test(tokens[0] ?? '') || tokens[1] !== '(' || tokens.at(-1) !== ')')
    return undefined;
  const [first, , name, comma, table, close] = tokens;
  // A source is a dataset, called as its table is.
  if (first === 'source' && comma === ',' && close === ')') return `{{ref ${table}}}`;
  if (first === 'env_var') {
    if (!/^['"]LAKE_/.test(name ?? '')) return undefined;
    tokens[0] = 'env';
  }
  let written = '';
  const add = (text: string): void => {
    written += written === '' || /[(=]$/.test(written) ? text : ` ${text}`;
  };
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i]!;
    if (token === '[') add('(list');
    else if (token === ')' || token === ']') written += ')';
    else if (token === '=') written += '=';
    else if (tokens[i + 1] === '(') {
      add(`(${token.slice(token.lastIndexOf('.') + 1)}`);
      i += 1;
    } else if (token !== ',') add(WORDS[token] ?? token);
  }
  return `{{${written.slice(1, -1)}}}`;
}
