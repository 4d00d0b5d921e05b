/** Cassettes: what vcrpy recorded of a client's requests, https://vcrpy.readthedocs.io. Bodies lie in them decompressed. */
import { readFile } from 'node:fs/promises';
import { LakeError } from '../../errors/lake-error.js';
import type { SourceFile } from '../types.js';

/** One recorded exchange. */
export interface Recorded {
  readonly method: string;
  /** Origin, path and query of the request. */
  readonly url: string;
  readonly status: number;
  /** Lower-case names; without those that tell of the connection and of the compression. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Headers that are about how the bytes came, not about what came. */
const ofTheWay = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'keep-alive',
]);

/** The exchanges of a cassette in their order. @throws LakeError LK7103 for a file that is none. */
export async function readCassette(file: SourceFile): Promise<readonly Recorded[]> {
  const { parse } = await import('yaml');
  try {
    const { interactions } = parse(await readFile(file.path, 'utf8'), { customTags: ['binary'] }) as Cassette;
    return interactions.map(({ request, response }) => ({
      method: request.method,
      url: request.uri,
      status: response.status.code,
      headers: Object.fromEntries(
        Object.entries(response.headers)
          .map(([name, values]) => [name.toLowerCase(), [values].flat().join(', ')] as const)
          .filter(([name]) => !ofTheWay.has(name)),
      ),
      body: Buffer.from(response.body.string),
    }));
  } catch (error) {
    throw new LakeError('LK7103', `${file.path} is not a cassette of recorded answers`, {
      hint: 'List under "cassettes" what vcrpy wrote; a recorded body alone stands under "answers".',
      cause: error,
    });
  }
}

interface Cassette {
  readonly interactions: readonly {
    readonly request: { readonly method: string; readonly uri: string };
    readonly response: {
      readonly status: { readonly code: number };
      readonly headers: Readonly<Record<string, string | readonly string[]>>;
      readonly body: { readonly string: string | Uint8Array };
    };
  }[];
}
