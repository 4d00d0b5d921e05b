/** What CKAN's action API answers when it cannot: HTTP status and an `error` object with `__type`. */
export class CkanError extends Error {
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super(String(body.__type));
  }
}

/** Nothing by that name. ckanapi: `NotFound`. */
export function notFound(message: string): CkanError {
  return new CkanError(404, { message, __type: 'Not Found Error' });
}

/** Bad parameters. ckanapi: `ValidationError`. @param fields parameter → its messages. */
export function invalid(fields: Readonly<Record<string, readonly string[]>>): CkanError {
  return new CkanError(409, { ...fields, __type: 'Validation Error' });
}

/** What needs an account. ckanapi: `NotAuthorized`. */
export function denied(action: string): CkanError {
  return new CkanError(403, {
    message: `Access denied: Action ${action} requires an authenticated user`,
    __type: 'Authorization Error',
  });
}

/** What Solr cannot search by. ckanapi: `SearchError`. */
export function searchError(why: string): CkanError {
  return new CkanError(409, { message: `Search error: ${why}`, __type: 'Search Error' });
}
