/** Socrata: SODA 2.1 rows, the metadata API and the catalogue. */
import type { Exchange } from '../http/exchange.js';
import type { Protocol } from '../http/serve.js';
import type { SocrataOrigin } from '../types.js';
import { SodaError } from './errors.js';
import { catalogueEntry, viewOf } from './metadata.js';
import { SocrataResource } from './resource.js';

/** Answers for one origin as dev.socrata.com/docs describes it, errors in its JSON form included. */
export function socrataProtocol(spec: SocrataOrigin): Protocol {
  const resources = new Map(spec.datasets.map((dataset) => [dataset.id, new SocrataResource(dataset)]));

  const fail: Protocol['fail'] = (exchange, status, message, headers) =>
    sendError(exchange, new SodaError(status, { error: true, message, status }, headers));

  async function route(exchange: Exchange): Promise<void> {
    checkToken(exchange, spec.tokens);
    const { path } = exchange;
    const resource = /^\/resource\/([^/.]+)(?:\.([a-z]+))?$/.exec(path);
    if (resource !== null) {
      const [, id = '', format = 'json'] = resource;
      const found = resources.get(id);
      if (found === undefined) throw missing('dataset.missing', id);
      if (format !== 'json' && format !== 'csv') {
        throw new SodaError(400, {
          code: 'invalid_request',
          error: true,
          message: `The local portal does not write ${format}`,
        });
      }
      return found.answer(exchange, format);
    }
    const view = /^\/api\/views\/([^/.]+)(?:\.json)?$/.exec(path);
    if (view !== null) {
      const found = resources.get(view[1] ?? '');
      if (found === undefined) {
        throw missing('not_found', view[1] ?? '', {
          'x-error-code': 'not_found',
          'x-error-message': 'Not found',
        });
      }
      const { updatedAt } = found.spec.table;
      const headers = {
        'last-modified': new Date(updatedAt).toUTCString(),
        'access-control-allow-origin': '*',
      };
      return exchange.json(200, viewOf(found.spec, await found.table.columns()), headers);
    }
    if (path === '/api/catalog/v1') return exchange.json(200, await catalogue(exchange.query));
    throw missing('not_found', path);
  }

  async function catalogue(query: URLSearchParams): Promise<unknown> {
    const words = (query.get('q') ?? query.get('names') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const ids = query.get('ids')?.split(',');
    const host = new URL(spec.origin).host;
    const isOurs = (query.get('domains') ?? host).split(',').includes(host);
    const found = spec.datasets.filter(
      (dataset) =>
        isOurs &&
        (ids === undefined || ids.includes(dataset.id)) &&
        words.every((word) => `${dataset.name} ${dataset.description}`.toLowerCase().includes(word)),
    );
    const offset = Number(query.get('offset') ?? 0);
    const page = found.slice(offset, offset + Number(query.get('limit') ?? 100));
    const results: unknown[] = [];
    for (const dataset of page) {
      results.push(catalogueEntry(dataset, await resources.get(dataset.id)!.table.columns(), spec.origin));
    }
    return {
      results,
      resultSetSize: found.length,
      timings: { serviceMillis: 1, searchMillis: [1, 1] },
      warnings: [],
    };
  }

  return {
    fail,
    answer: (exchange) =>
      route(exchange).catch((error) => {
        if (error instanceof SodaError) return sendError(exchange, error);
        throw error;
      }),
  };
}

function checkToken(exchange: Exchange, tokens: readonly string[] | undefined): void {
  const token = exchange.header('x-app-token') ?? exchange.query.get('$$app_token') ?? undefined;
  if (tokens === undefined || token === undefined || tokens.includes(token)) return;
  throw new SodaError(403, {
    code: 'permission_denied',
    error: true,
    message: 'Invalid app_token specified',
  });
}

function missing(code: string, id: string, headers: Readonly<Record<string, string>> = {}): SodaError {
  return new SodaError(404, { code, error: true, message: 'Not found', data: { id } }, headers);
}

async function sendError(exchange: Exchange, error: SodaError): Promise<void> {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'access-control-allow-origin': '*',
    ...error.headers,
  };
  await exchange.send(error.status, headers, `${JSON.stringify(error.body, null, 2)}\n`);
}
