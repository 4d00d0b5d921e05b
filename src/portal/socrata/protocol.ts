/** Socrata: SODA 2.1 rows, the metadata API and the catalogue. */
import type { Exchange } from '../http/exchange.js';
import type { Protocol } from '../http/serve.js';
import type { SocrataDataset, SocrataOrigin } from '../types.js';
import { SodaError } from './errors.js';
import { catalogueEntry, viewOf } from './metadata.js';
import { type RowFormat, rowFormats, SocrataResource } from './resource.js';

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
      if (!['GET', 'HEAD'].includes(exchange.request.method ?? '')) {
        throw new SodaError(403, { message: 'You must be logged in to access this resource', error: true });
      }
      if (!Object.hasOwn(rowFormats, format)) {
        throw new SodaError(400, {
          code: 'invalid_request',
          error: true,
          message: `The local portal does not write ${format}`,
        });
      }
      return found.answer(exchange, format as RowFormat);
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
    if (path === '/api/catalog/v1') return exchange.json(200, await catalogue(exchange));
    throw missing('not_found', path);
  }

  /** https://socratadiscovery.docs.apiary.io/: a list may be one parameter with commas, or the parameter several times. */
  async function catalogue(exchange: Exchange): Promise<unknown> {
    const { query } = exchange;
    const list = (name: string) => query.getAll(name).flatMap((value) => value.split(','));
    const listed = (name: string, value: string) => !query.has(name) || list(name).includes(value);
    const words = (query.get('q') ?? query.get('names') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    // A client that was pointed at this port takes it for the domain.
    const isOurs =
      listed('domains', new URL(spec.origin).host) || listed('domains', exchange.header('host') ?? '');
    const found = spec.datasets
      .filter(
        (dataset) =>
          isOurs &&
          listed('ids', dataset.id) &&
          listed('only', query.get('only') === 'datasets' ? 'datasets' : 'dataset') &&
          listed('categories', dataset.category) &&
          (query.get('attribution') ?? dataset.attribution) === dataset.attribution &&
          words.every((word) => `${dataset.name} ${dataset.description}`.toLowerCase().includes(word)),
      )
      .sort(catalogueOrder(query.get('order') ?? ''));
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

/** `name`, `updatedAt`, `createdAt`, with ` DESC` behind; anything else leaves the order as it is. */
function catalogueOrder(order: string): (a: SocrataDataset, b: SocrataDataset) => number {
  const [name, direction = ''] = order.split(/\s+/);
  const key = (dataset: SocrataDataset) =>
    name === 'name' ? dataset.name : name === 'updatedAt' ? dataset.table.updatedAt : '';
  const sign = direction.toUpperCase() === 'DESC' ? -1 : 1;
  return (a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
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
