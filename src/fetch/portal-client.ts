import { LakeError } from '../errors/lake-error.js';
import type { PortalClient } from '../sources/types.js';
import { MemorySink } from './body-sinks.js';
import type { Delivery } from './delivery.js';
import type { FetchScope } from './errand.js';
import { jsonDepth } from './json-depth.js';
import type { FetchLimits } from './limits.js';
import { portalMessage } from './portal-message.js';
import { isRedirect } from './redirect.js';
import { pastWebPage, webPage } from './web-page.js';

/** Asks a portal for small documents, in the same budgets, deadlines and retries as the data. */
export function portalClient(
  delivery: Delivery,
  scope: FetchScope,
  limits: FetchLimits,
  signal: AbortSignal,
): PortalClient {
  return {
    getJson(url, options = {}) {
      const accept = options.accept ?? [200];
      const ask = async () => {
        const { status, headers, sink } = await delivery.deliver(
          scope,
          {
            url,
            method: 'GET',
            headers: { accept: 'application/json' },
            accept: (got) => accept.includes(got),
            sink: () => new MemorySink(limits.maxDocumentBytes),
          },
          signal,
        );
        if (jsonDepth(sink.text, limits.maxDepth) > limits.maxDepth) throw tooDeep(url, limits.maxDepth);
        const body = parseJson(sink.text);
        if (body === undefined && status === 200) throw notJson(url, sink.text);
        return { status, headers, body };
      };
      return pastWebPage(ask, limits, signal);
    },

    async head(url) {
      const { status, headers } = await delivery.deliver(
        scope,
        { url, method: 'HEAD', accept: (got) => !isRedirect(got), sink: () => new MemorySink(0, true) },
        signal,
      );
      return { status, headers };
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tooDeep(url: string, maxDepth: number): LakeError {
  return new LakeError('LK3005', `${url} answered with JSON nested deeper than ${maxDepth} levels`, {
    hint: 'No portal describes its data like this: look whether the address is right',
    details: { url },
  });
}

function notJson(url: string, text: string): LakeError {
  const title = portalMessage(text);
  const said = title === undefined ? '' : ` ("${title}")`;
  const hint =
    'Open the address in a browser: the portal may be under maintenance, or its url in project.yml may be wrong';
  if (/^\s*</.test(text)) return webPage({ wanted: 'JSON', found: `a web page${said}`, url }, hint);
  return new LakeError('LK3113', `Expected JSON, got something else${said} from ${url}`, {
    hint,
    details: { url },
  });
}
