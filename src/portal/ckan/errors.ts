/** What CKAN's action API answers when it cannot: HTTP status and an `error` object with `__type`. */
export class CkanError extends Error {
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super(String(body.__type));
  }
}

export function notFound(message: string): CkanError {
  return new CkanError(404, { message, __type: 'Not Found Error' });
}

/** @param fields parameter → its messages. */
export function invalid(fields: Readonly<Record<string, readonly string[]>>): CkanError {
  return new CkanError(409, { ...fields, __type: 'Validation Error' });
}
