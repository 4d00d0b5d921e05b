/** CKAN 2.9: the action API, the datastore's dump, and downloads of uploaded files. */
import { escapeXml } from '../escape-xml.js';
import type { Exchange } from '../http/exchange.js';
import type { Protocol } from '../http/serve.js';
import { FileHashes, serveFile } from '../http/serve-file.js';
import { Table } from '../rows/table.js';
import type { CkanOrigin, CkanPackage, CkanResource } from '../types.js';
import { type CopyFormat, cacheCopies, packageDict } from './catalogue.js';
import { type DatastoreTable, dump, searchResult } from './datastore.js';
import { licenseList, organizationList, organizationShow, paged, statusShow } from './directory.js';
import { CkanError, denied, invalid, notFound } from './errors.js';
import { given, type Parameters } from './query.js';
import { packageSearch, resourceSearch } from './search.js';

type Action = (parameters: Parameters, exchange: Exchange) => Promise<unknown>;

/** A result that is already JSON text, in blocks. */
class JsonBlocks {
  constructor(readonly blocks: AsyncGenerator<Buffer>) {}
}

/** Answers for one origin: Action API, datastore dump and downloads, errors in CKAN's JSON form included. */
export function ckanProtocol(spec: CkanOrigin): Protocol {
  const portal = new CkanPortal(spec);
  return {
    answer: (exchange) => portal.answer(exchange),
    fail: (exchange, status, message, headers) => portal.fail(exchange, status, message, headers),
  };
}

class CkanPortal {
  private readonly hashes = new FileHashes();
  private readonly tables = new Map<string, DatastoreTable>();
  private readonly uploads = new Map<string, CkanResource>();
  private readonly copies = new Map<string, { readonly of: DatastoreTable; readonly format: CopyFormat }>();

  constructor(private readonly spec: CkanOrigin) {
    for (const resource of spec.packages.flatMap((owner) => owner.resources)) {
      if (resource.table === undefined) {
        this.uploads.set(resource.id, resource);
        continue;
      }
      const table = new Table(resource.table, (column) => column === '_id', 'text');
      const target = { id: resource.id, cap: resource.cap, table };
      this.tables.set(resource.id, target);
      for (const copy of cacheCopies(resource)) this.copies.set(copy.id, { of: target, format: copy.format });
    }
  }

  async answer(exchange: Exchange): Promise<void> {
    const action = /^\/api\/(?:3\/)?action\/([^/]+)\/?$/.exec(exchange.path)?.[1];
    if (action !== undefined) return this.act(exchange, action);
    const dumped = /^\/datastore\/dump\/([^/]+)\/?$/.exec(exchange.path)?.[1];
    if (dumped !== undefined) return this.sendDump(exchange, this.tables.get(dumped), queryOf(exchange));
    const download = /^\/dataset\/[^/]+\/resource\/([^/]+)\/download(?:\/[^/]*)?$/.exec(exchange.path)?.[1];
    if (download !== undefined) return this.download(exchange, download);
    return this.page(exchange, 404, 'Not Found', 'The requested URL was not found on the server.');
  }

  async fail(
    exchange: Exchange,
    status: number,
    message: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    // Only CKAN itself answers in JSON; what is down answers with the proxy's page.
    if (status >= 500 || status === 429) return this.page(exchange, status, message, message, headers);
    const type =
      { 403: 'Authorization Error', 404: 'Not Found Error', 409: 'Validation Error' }[status] ??
      'Bad Request';
    await exchange.json(status, { help: '', success: false, error: { message, __type: type } }, headers);
  }

  private async act(exchange: Exchange, name: string): Promise<void> {
    const help = `${this.spec.origin}/api/3/action/help_show?name=${name}`;
    const action = Object.hasOwn(this.actions, name) ? this.actions[name] : undefined;
    const writes = /_(create|update|delete|patch|upsert)$/.test(name);
    if (action === undefined && !writes) {
      return exchange.json(400, `Bad request - Action name not known: ${name}`);
    }
    try {
      if (action === undefined) throw denied(name);
      const result = await action(await parametersOf(exchange), exchange);
      if (result instanceof JsonBlocks) {
        const type = { 'content-type': 'application/json;charset=utf-8' };
        await exchange.send(
          200,
          type,
          wrapped(`{"help":${JSON.stringify(help)},"success":true,"result":`, result.blocks),
        );
      } else {
        await exchange.json(200, { help, success: true, result });
      }
    } catch (error) {
      if (!(error instanceof CkanError)) throw error;
      await exchange.json(error.status, { help, success: false, error: error.body });
    }
  }

  private readonly actions: Readonly<Record<string, Action>> = {
    package_list: async (parameters) =>
      paged(this.spec.packages.map((owner) => owner.name).sort(), parameters),
    current_package_list_with_resources: async (parameters) =>
      paged(this.spec.packages, parameters).map((owner) => packageDict(this.spec, owner)),
    package_show: async (parameters) =>
      packageDict(
        this.spec,
        this.packageOf(required(parameters, given(parameters.id) ? 'id' : 'name_or_id')),
      ),
    package_search: async (parameters) => packageSearch(this.spec, parameters),
    resource_show: async (parameters) => this.resourceDict(required(parameters, 'id')),
    resource_search: async (parameters) => resourceSearch(this.spec, parameters),
    organization_list: async (parameters) => organizationList(this.spec, parameters),
    organization_show: async (parameters) =>
      organizationShow(this.spec, required(parameters, 'id'), parameters),
    group_list: async () => [],
    group_show: async (parameters) => {
      throw notFound(`Not found: Group ${required(parameters, 'id')}`);
    },
    tag_list: async () => [],
    license_list: async () => licenseList(this.spec),
    status_show: async () => statusShow(this.spec),
    site_read: async () => true,
    help_show: async (parameters) => {
      const name = required(parameters, 'name');
      if (!Object.hasOwn(this.actions, name)) throw notFound('Action not found');
      return `${name}: see https://docs.ckan.org/en/2.9/api/`;
    },
    datastore_search: async (parameters, exchange) => {
      const id = String(parameters.resource_id ?? parameters.id ?? '');
      if (id === '') throw invalid({ resource_id: ['Missing value'] });
      const self = new URL(exchange.request.url ?? '/', this.spec.origin);
      return new JsonBlocks(await searchResult(this.tableOf(id), parameters, exchange.distortion, self));
    },
    datastore_info: async (parameters, exchange) => {
      const { table } = this.tableOf(
        required(parameters, parameters.resource_id === undefined ? 'id' : 'resource_id'),
      );
      const columns = await table.columns();
      return {
        schema: Object.fromEntries(columns.map((column) => [column.name, column.type])),
        meta: { count: (await table.count()) + exchange.distortion.count, table_type: 'BASE TABLE' },
      };
    },
  };

  private packageOf(id: string): CkanPackage {
    const found = this.spec.packages.find((owner) => owner.name === id || owner.id === id);
    if (found === undefined) throw notFound('Not found');
    return found;
  }

  private tableOf(id: string): DatastoreTable {
    const found = this.tables.get(id);
    if (found === undefined) throw notFound(`Not found: Resource "${id}" was not found.`);
    return found;
  }

  private resourceDict(id: string): unknown {
    for (const owner of this.spec.packages) {
      const resources = packageDict(this.spec, owner).resources as readonly { readonly id: string }[];
      const found = resources.find((resource) => resource.id === id);
      if (found !== undefined) return found;
    }
    throw notFound('Not found');
  }

  private async sendDump(
    exchange: Exchange,
    target: DatastoreTable | undefined,
    parameters: Parameters,
  ): Promise<void> {
    if (target === undefined) return this.page(exchange, 404, 'Not Found', 'DataStore resource not found');
    try {
      const { headers, body } = await dump(target, parameters, exchange.distortion);
      await exchange.send(200, headers, body);
    } catch (error) {
      if (!(error instanceof CkanError)) throw error;
      await this.page(exchange, 400, 'Bad Request', JSON.stringify(error.body));
    }
  }

  private async download(exchange: Exchange, id: string): Promise<void> {
    const copy = this.copies.get(id);
    if (copy !== undefined) return this.sendDump(exchange, copy.of, { format: copy.format.toLowerCase() });
    const upload = this.uploads.get(id);
    if (upload?.file === undefined) return this.page(exchange, 404, 'Not Found', 'Resource not found');
    const headers = { 'content-type': 'application/octet-stream', 'cache-control': 'no-cache' };
    await serveFile(exchange, upload.file, this.hashes, headers, new Date(upload.updatedAt));
  }

  private async page(
    exchange: Exchange,
    status: number,
    title: string,
    text: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const html = `<!DOCTYPE html>\n<html lang="en"><head><title>${status}</title></head><body><h1>${status} ${escapeXml(title)}</h1><p>${escapeXml(text)}</p></body></html>\n`;
    await exchange.send(status, { 'content-type': 'text/html; charset=utf-8', ...headers }, html);
  }
}

async function* wrapped(head: string, blocks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from(head);
  yield* blocks;
  yield Buffer.from('}');
}

function required(parameters: Parameters, name: string): string {
  if (!given(parameters[name])) throw invalid({ [name]: ['Missing value'] });
  return String(parameters[name]);
}

function queryOf(exchange: Exchange): Parameters {
  return Object.fromEntries(exchange.query);
}

async function parametersOf(exchange: Exchange): Promise<Parameters> {
  if (exchange.request.method !== 'POST') return queryOf(exchange);
  const { body } = exchange;
  if (body === '') return queryOf(exchange);
  if (exchange.header('content-type')?.startsWith('application/x-www-form-urlencoded')) {
    // ckanapi and old clients send the JSON document as a form's only key.
    const form = new URLSearchParams(body);
    const [first] = form.keys();
    if (first?.startsWith('{')) return jsonDocument(first);
    return Object.fromEntries(form);
  }
  return jsonDocument(body);
}

function jsonDocument(text: string): Parameters {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Parameters;
  } catch {
    // Answered below, as for any other document that is no dictionary.
  }
  throw new CkanError(400, { message: 'JSON Error: Error decoding JSON data', __type: 'Bad Request' });
}
