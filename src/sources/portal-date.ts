/** A portal's date without a time zone is UTC (CKAN's naive `2023-05-01T10:00:10.000425`). Undefined when it is no date. */
export function portalDate(text: unknown): string | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const iso = text.trim().replace(' ', 'T');
  const date = new Date(
    /([zZ]|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}${iso.includes('T') ? '' : 'T00:00:00'}Z`,
  );
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
