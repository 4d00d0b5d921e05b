import type { Served } from '../fetch/serve.js';
import { server } from '../fetch/world.js';

export interface FileSite {
  readonly site: Served;
  /** Path → body. */
  readonly files: Map<string, string>;
}

/** Files with ETags, as raw.githubusercontent.com and any web server give them. */
export async function fileSite(files: Readonly<Record<string, string>>): Promise<FileSite> {
  const self = new Map(Object.entries(files));
  const site = await server((request, response) => {
    const body = self.get(request.url!);
    if (body === undefined) return response.writeHead(404).end('404: Not Found');
    const etag = `W/"${body.length}"`;
    if (request.headers['if-none-match'] === etag) return response.writeHead(304, { etag }).end();
    return response.writeHead(200, { etag, 'content-type': 'text/plain; charset=utf-8' }).end(body);
  });
  return { site, files: self };
}
