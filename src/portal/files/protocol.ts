/** GitHub's raw host, and plain web servers: files under a prefix. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Exchange } from '../http/exchange.js';
import type { Protocol } from '../http/serve.js';
import { FileHashes, serveFile } from '../http/serve-file.js';
import type { FileMount, FileOrigin, SourceFile } from '../types.js';

/** raw.githubusercontent.com sends all text as text/plain; other servers name the type. */
const contentTypes: Readonly<Record<string, string>> = {
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Answers for one origin whose mounted folders and files are served as they are. */
export function fileProtocol(spec: FileOrigin): Protocol {
  const hashes = new FileHashes();
  const fail: Protocol['fail'] = (exchange, status, message, headers) =>
    exchange.send(
      status,
      { 'content-type': 'text/plain; charset=utf-8', ...headers },
      status === 404 ? '404: Not Found' : `${status}: ${message}`,
    );
  return {
    fail,
    async answer(exchange: Exchange) {
      const file = await findFile(spec.mounts, exchange.path);
      if (file === undefined) return fail(exchange, 404, 'Not Found', {});
      if (spec.type === 'github') {
        const binary = /\.(xlsx|zip|gz|parquet)$/.test(file.path);
        const type = binary ? 'application/octet-stream' : 'text/plain; charset=utf-8';
        return serveFile(exchange, file, hashes, { 'content-type': type, 'cache-control': 'max-age=300' });
      }
      const type = contentTypes[path.extname(file.path).toLowerCase()] ?? 'application/octet-stream';
      return serveFile(exchange, file, hashes, { 'content-type': type }, new Date(file.modified));
    },
  };
}

async function findFile(mounts: readonly FileMount[], urlPath: string): Promise<SourceFile | undefined> {
  for (const mount of mounts) {
    if (!urlPath.startsWith(mount.prefix)) continue;
    const below = urlPath.slice(mount.prefix.length);
    const named = Object.hasOwn(mount.files, below) ? mount.files[below] : undefined;
    if (named !== undefined) return named;
    const found = mount.folder === undefined ? undefined : await fileInside(mount.folder, below);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function fileInside(folder: string, below: string): Promise<SourceFile | undefined> {
  const absolute = path.resolve(folder, below);
  if (below.includes('\0') || !absolute.startsWith(folder + path.sep)) return undefined;
  const found = await stat(absolute).catch(() => undefined);
  return found?.isFile() ? { path: absolute, bytes: found.size, modified: found.mtimeMs } : undefined;
}
