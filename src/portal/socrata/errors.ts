/** What Socrata answers when it cannot: parse errors under `code`, query errors under `errorCode`, as the real ones do. */
export class SodaError extends Error {
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(String(body.message));
  }
}

/** A clause that cannot be parsed. */
export function malformed(clause: string, why: string): SodaError {
  return new SodaError(400, {
    code: 'query.compiler.malformed',
    error: true,
    message: `Could not parse SoQL query "${clause}": ${why}`,
    data: { query: clause },
  });
}

/** A column that the dataset does not have. */
export function noSuchColumn(column: string, dataset: string): SodaError {
  return new SodaError(400, {
    message: `Query coordinator error: query.soql.no-such-column; No such column: ${column}`,
    errorCode: 'query.soql.no-such-column',
    data: { column, dataset },
  });
}

/** A selected column that is neither grouped by nor aggregated. */
export function notGrouped(column: string, dataset: string): SodaError {
  return new SodaError(400, {
    message: `Query coordinator error: query.soql.column-not-in-group-bys; Column not in group bys: ${column}`,
    errorCode: 'query.soql.column-not-in-group-bys',
    data: { column, dataset },
  });
}

/** A literal that cannot be compared with its column. */
export function typeMismatch(column: string, literal: string): SodaError {
  return new SodaError(400, {
    message: `Query coordinator error: query.soql.type-mismatch; Type mismatch for ${column}: ${literal}`,
    errorCode: 'query.soql.type-mismatch',
    data: { column },
  });
}
