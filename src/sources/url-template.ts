import { LakeError } from '../errors/lake-error.js';

const placeholder = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Names of the `{field}`s in a template, each once. */
export function templateFields(template: string): readonly string[] {
  return [...new Set([...template.matchAll(placeholder)].map((match) => match[1]!))];
}

/**
 * Fills an address in one pass: a value is percent-encoded, and braces in it stay what they are (fault B26). A template
 * that starts with a field takes that value as the address itself.
 * @throws LakeError LK3006 for a field without a value, or values that would climb out of the path.
 */
export function renderUrl(template: string, values: Readonly<Record<string, string>>): string {
  const url = template.replace(placeholder, (_, name: string, at: number) => {
    const value = required(values, name, template);
    return at === 0 ? value : encodeURIComponent(value);
  });
  refuseDotSegments(url, template);
  return url;
}

/** Like `renderUrl` for a path in a repository: its literal text is percent-encoded as well. */
export function renderPath(template: string, values: Readonly<Record<string, string>>): string {
  const path = template
    .replace(/^\/+/, '')
    .split(placeholder)
    .map((piece, at) =>
      at % 2 === 1
        ? encodeURIComponent(required(values, piece, template))
        : piece.split('/').map(encodeURIComponent).join('/'),
    )
    .join('');
  refuseDotSegments(path, template);
  return path;
}

/** An identifier such as a four-by-four, as it is. @throws LakeError LK3006 for a field without a value. */
export function renderText(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(placeholder, (_, name: string) => required(values, name, template));
}

function required(values: Readonly<Record<string, string>>, name: string, template: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === null || value === '') {
    throw new LakeError('LK3006', `There is no value for {${name}} in "${template}"`, {
      hint: 'Leave such rows out with where: under for_each',
      details: { template, field: name },
    });
  }
  return value;
}

function refuseDotSegments(rendered: string, template: string): void {
  const path = rendered.split(/[?#]/, 1)[0]!;
  if (path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) {
    throw new LakeError('LK3006', `A value for "${template}" would lead out of its folder: ${rendered}`, {
      hint: 'Correct the value, or leave its rows out with `where:` under for_each',
      details: { template, rendered },
    });
  }
}
