/** The parameters of one /resource request as a checked query. */
import type { Table } from '../rows/table.js';
import { malformed } from './errors.js';
import { columnsOf } from './evaluate.js';
import { type Field, fieldNamed, systemFields } from './fields.js';
import {
  type Condition,
  type OrderItem,
  parseOrder,
  parseSelect,
  parseWhere,
  type SelectItem,
} from './soql.js';

export interface Output {
  readonly field: Field;
  readonly alias: string;
}

export interface Aggregate {
  readonly kind: 'count' | 'max' | 'min';
  readonly alias: string;
  /** Undefined for count(*). */
  readonly field?: Field;
}

export interface SodaQuery {
  /** Rows of these fields; empty when `aggregates` is not. */
  readonly outputs: readonly Output[];
  readonly aggregates: readonly Aggregate[];
  readonly where?: Condition;
  /** Every field that `where` and `order` read. */
  readonly used: readonly Field[];
  readonly order: readonly OrderItem[];
  readonly limit: number;
  readonly offset: number;
}

const defaultLimit = 1000;

/** @throws SodaError 400 for syntax, unknown columns, and clauses that this portal does not do. */
export async function parseRequest(
  parameters: URLSearchParams,
  table: Table,
  dataset: string,
): Promise<SodaQuery> {
  for (const clause of ['$query', '$group', '$having', '$q']) {
    if (parameters.has(clause))
      throw malformed(parameters.get(clause) ?? '', `${clause} is not done by the local portal`);
  }
  const items = parseSelect(parameters.get('$select') ?? '*');
  const order = parameters.has('$order') ? parseOrder(parameters.get('$order') ?? '') : [];
  const where = conditionOf(parameters);
  const used: Field[] = [];
  for (const name of new Set([...(where ? columnsOf(where) : []), ...order.map((item) => item.column)])) {
    used.push(await fieldNamed(table, name, dataset));
  }
  const { outputs, aggregates } = await selection(items, table, dataset, order.length > 0);
  if (outputs.length > 0 && aggregates.length > 0) {
    throw malformed(parameters.get('$select') ?? '', 'columns and aggregates do not mix without $group');
  }
  return {
    outputs,
    aggregates,
    where,
    used,
    order,
    limit: wholeNumber(parameters, '$limit', defaultLimit),
    offset: wholeNumber(parameters, '$offset', 0),
  };
}

async function selection(items: readonly SelectItem[], table: Table, dataset: string, ordered: boolean) {
  const outputs: Output[] = [];
  const aggregates: Aggregate[] = [];
  const add = (field: Field, alias = field.name) => outputs.push({ field, alias });
  for (const item of items) {
    if (item.kind === 'all') {
      // The real portals leave computed regions out of `*` as soon as there is an $order.
      for (const column of await table.columns()) if (!(ordered && column.name.startsWith(':@'))) add(column);
    } else if (item.kind === 'system') {
      for (const field of systemFields) add(field);
    } else if (item.kind === 'column') {
      add(await fieldNamed(table, item.column, dataset), item.alias);
    } else if (item.kind === 'count') {
      aggregates.push(item);
    } else {
      aggregates.push({
        kind: item.kind,
        alias: item.alias,
        field: await fieldNamed(table, item.column, dataset),
      });
    }
  }
  return { outputs, aggregates };
}

/** `$where`, and the simple filters `?borough=BRONX`, joined by AND. */
function conditionOf(parameters: URLSearchParams): Condition | undefined {
  const parts: Condition[] = [];
  for (const [name, value] of parameters) {
    if (name === '$where') parts.push(parseWhere(value));
    else if (!name.startsWith('$')) {
      parts.push({
        kind: 'compare',
        column: name.toLowerCase(),
        operator: '=',
        literal: { kind: 'text', text: value },
      });
    }
  }
  return parts.length <= 1 ? parts[0] : { kind: 'and', parts };
}

function wholeNumber(parameters: URLSearchParams, name: string, fallback: number): number {
  const text = parameters.get(name);
  if (text === null) return fallback;
  if (!/^[0-9]{1,15}$/.test(text)) throw malformed(text, `${name} must be a whole number`);
  return Number(text);
}
