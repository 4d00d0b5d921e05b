/** The object without the keys whose value is undefined: values that leave load are plain JSON. */
export function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
