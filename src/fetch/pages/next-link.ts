/**
 * The target of a Link header's relation `next`, as sent (RFC 8288 §3): `<https://x/?page=2>; rel="next"`. An empty
 * object where there is none, to be spread into what holds it.
 */
export function nextLink(header: string | undefined): { readonly next?: string } {
  if (header === undefined) return {};
  for (const [, target, parameters] of header.matchAll(
    /<([^>]*)>((?:\s*;\s*[^;,="\s]+(?:\s*=\s*(?:"[^"]*"|[^;,"\s]*))?)*)/g,
  )) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^;,"\s]*))/i.exec(parameters!);
    const names = (relations?.[1] ?? relations?.[2] ?? '').toLowerCase().split(/\s+/);
    if (names.includes('next')) return { next: target! };
  }
  return {};
}
