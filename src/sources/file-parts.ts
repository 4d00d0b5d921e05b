import { decodeHint, fileFormat } from './decode-hint.js';
import type { Part, PartRequests, Probe, SourceContext } from './types.js';
import { templateFields } from './url-template.js';
import { variants } from './variants.js';

/** One part for each template and variant: the id is what `render` makes of them. The same file twice is one part. */
export function fileParts(
  context: SourceContext,
  templates: readonly string[],
  render: (
    template: string,
    values: Readonly<Record<string, string>>,
  ) => { readonly id: string; readonly url: string },
): readonly Part[] {
  const parts = new Map<string, Part>();
  for (const template of templates) {
    for (const variant of variants(context, templateFields(template))) {
      const { id, url } = render(template, variant.values);
      if (!parts.has(id)) parts.set(id, { id, label: id, variables: variant.variables, locator: { url } });
    }
  }
  return [...parts.values()];
}

/** Files cost nothing to probe: a conditional GET says in one request whether there is anything new. */
export const unprobed: Probe = { exists: true, requests: 0 };

/** The one request for a file. */
export function fileRequest(part: Part, context: SourceContext): PartRequests {
  const url = String(part.locator['url']);
  const { source } = context.dataset;
  const { pathname } = new URL(url);
  const { format, expect } = fileFormat(source, pathname);
  return {
    requests: [
      {
        id: 'p00000',
        url,
        method: 'GET',
        expect,
        conditional: true,
        ...(source.missing === 'skip' ? { missingOk: true } : {}),
      },
    ],
    decode: decodeHint(source, format, pathname),
  };
}
