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

/** The address without the query parameters of these names; everything else stays as it is written. */
export function withoutParameters(url: string, names: readonly string[]): string {
  const at = url.indexOf('?');
  if (at < 0) return url;
  const isNamed = (pair: string) => names.some((name) => pair.split('=', 1)[0] === encodeURIComponent(name));
  const kept = url
    .slice(at + 1)
    .split('&')
    .filter((pair) => !isNamed(pair));
  return kept.length === 0 ? url.slice(0, at) : `${url.slice(0, at)}?${kept.join('&')}`;
}
