/** Tags and comments of Jinja that stand in a template as text: SQL would be blamed for them. */

const MACRO =
  'Put what stands between into macros/<name>.hbs, without these two tags: {{> <name> x=1}} calls it, and {{x}} in it is the value';
const EACH = "Write {{#each (list 'a' 'b') as |x|}} … {{/each}}";
const IF = 'Write {{#if …}} … {{else if …}} … {{else}} … {{/if}}';

const TAGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    if: IF,
    elif: IF,
    else: IF,
    endif: IF,
    for: EACH,
    endfor: EACH,
    set: 'Write {{#with value as |name|}} … {{/with}} around what uses the name, or a variable under vars: of project.yml',
    macro: MACRO,
    endmacro: MACRO,
    test: 'Put what stands between into tests/generic/<name>.sql, without these two tags; its arguments are declared by {{arguments …}}',
    snapshot:
      'Write the snapshot as YAML, snapshots/<name>.yml; its SELECT goes into a model, which may be ephemeral',
    do: "lake's templates have values only; nothing is done in them",
    call: 'Write {{#> <macro>}} … {{/<macro>}}, and {{> @partial-block}} in the macro',
  }),
);

export interface JinjaFound {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

/** The first of them; what a comment of Handlebars holds is nobody's mistake. */
export function findJinja(text: string): JinjaFound | undefined {
  if (!/\{[%#]/.test(text)) return undefined;
  const code = text.replace(/\{\{~?!--.*?--~?\}\}/gs, (comment) => ' '.repeat(comment.length));
  const comment = /(?<!\{)\{#.*?#\}/s.exec(code);
  const tag = /\{%[-+]?\s*(\w*)/.exec(code);
  const hint = tag ? TAGS.get(tag[1]!) : undefined;
  if (tag && hint !== undefined && !(comment && comment.index < tag.index)) {
    const message = `"${tag[0]} …%}" is Jinja; lake's templates are Handlebars`;
    return { offset: tag.index, message, hint };
  }
  return comment
    ? {
        offset: comment.index,
        message: '"{# … #}" is a comment of Jinja; lake\'s templates are Handlebars',
        hint: 'Write {{!-- … --}}, or a comment of SQL: -- …',
      }
    : undefined;
}
