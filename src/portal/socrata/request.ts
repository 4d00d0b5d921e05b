/** The parameters of one /resource request as a checked query. */
import type { Table } from '../rows/table.js';
import { malformed, notGrouped } from './errors.js';
import { columnsOf } from './evaluate.js';
import { type Field, fieldNamed, systemFields } from './fields.js';
import {
  type AggregateFunction,
  type Condition,
  type OrderItem,
  parseGroup,
  parseOrder,
  parseSelect,
  parseWhere,
  type SelectItem,
} from './soql.js';

/** A selected column. */
export interface Output {
  readonly field: Field;
  readonly alias: string;
}

/** A selected aggregate. */
export interface Aggregate {
  readonly function: AggregateFunction;
  readonly alias: string;
  /** Undefined for count(*). */
  readonly field?: Field;
}

/** A checked query of one dataset. */
export interface SodaQuery {
  /** Rows of these fields; with `groups` or `aggregates` one for each group. */
  readonly outputs: readonly Output[];
  readonly aggregates: readonly Aggregate[];
  /** Undefined: not grouped. */
  readonly groups?: readonly Field[];
  readonly where?: Condition;
  /** Words that a row must hold, in lower case. */
  readonly words: readonly string[];
  readonly having?: Condition;
  /** Every field that `where` reads, and `order` where rows are not grouped, by the name that they use. */
  readonly used: ReadonlyMap<string, Field>;
  readonly order: readonly OrderItem[];
  readonly limit: number;
  readonly offset: number;
}

const defaultLimit = 1000;

/** True where the rows of the answer are made from those of the table, not chosen among them. */
export function isMade({ aggregates, groups, outputs }: SodaQuery): boolean {
  return (
    aggregates.length > 0 || groups !== undefined || outputs.some(({ field }) => field.name.includes('('))
  );
}

/**
 * The parameters of a request, those of a whole `$query` included.
 * @throws SodaError 400 for syntax, unknown columns, and clauses that this portal does not do.
 */
export async function parseRequest(sent: URLSearchParams, table: Table, dataset: string): Promise<SodaQuery> {
  const parameters = withQuery(sent);
  const everything = parameters.get('$$exclude_system_fields') === 'false' ? ':*, *' : '*';
  const items = parseSelect(parameters.get('$select') ?? everything);
  const order = parameters.has('$order') ? parseOrder(parameters.get('$order') ?? '') : [];
  const where = conditionOf(parameters);
  const { outputs, aggregates } = await selection(items, table, dataset, order.length > 0);
  const named = new Map(outputs.map((output) => [output.alias, output.field]));
  const groups: Field[] = [];
  if (parameters.has('$group')) {
    for (const name of parseGroup(parameters.get('$group') ?? '')) {
      groups.push(named.get(name) ?? (await fieldNamed(table, name, dataset)));
    }
  }
  const grouped = parameters.has('$group') || aggregates.length > 0;
  if (grouped) {
    const loose = outputs.find(({ field }) => !groups.some((group) => group.name === field.name));
    if (loose !== undefined) throw notGrouped(loose.field.name, dataset);
  }
  const read = [...(where ? columnsOf(where) : []), ...(grouped ? [] : order.map((item) => item.column))];
  const used = new Map<string, Field>();
  for (const name of new Set(read)) {
    used.set(name, named.get(name) ?? (await fieldNamed(table, name, dataset)));
  }
  return {
    outputs,
    aggregates,
    ...(parameters.has('$group') && { groups }),
    where,
    words: (parameters.get('$q') ?? '').toLowerCase().split(/\s+/).filter(Boolean),
    ...(parameters.has('$having') && { having: parseWhere(parameters.get('$having') ?? '') }),
    used,
    order,
    limit: wholeNumber(parameters, '$limit', defaultLimit),
    offset: wholeNumber(parameters, '$offset', 0),
  };
}

const clauses = /\b(select|where|group\s+by|having|order\s+by|limit|offset|search)\b/gi;

/** `$query=SELECT … WHERE …` as the parameters that say the same. */
function withQuery(sent: URLSearchParams): URLSearchParams {
  const query = sent.get('$query');
  if (query === null) return sent;
  // What stands in quotes is no clause: it is looked past, not changed.
  const blank = query.replace(/'(?:[^']|'')*'|`[^`]*`/g, (quoted) => '_'.repeat(quoted.length));
  const found = [...blank.matchAll(clauses)];
  if (query.slice(0, found[0]?.index ?? query.length).trim() !== '') {
    throw malformed(query, 'a query begins with SELECT');
  }
  const parameters = new URLSearchParams(sent);
  parameters.delete('$query');
  for (const [i, match] of found.entries()) {
    const name = match[0].toLowerCase().replace(/\s+by$/, '');
    const from = match.index + match[0].length;
    const text = query.slice(from, found[i + 1]?.index ?? query.length).trim();
    parameters.set(
      name === 'search' ? '$q' : `$${name}`,
      name === 'search' ? text.replace(/^'|'$/g, '') : text,
    );
  }
  return parameters;
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
    } else {
      const field = item.column === undefined ? undefined : await fieldNamed(table, item.column, dataset);
      aggregates.push({ function: item.function, alias: item.alias, ...(field && { field }) });
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
