import { LakeError } from '../errors/lake-error.js';
import type { JsonFacts } from './pages/scan-json.js';

/** The error LK3133 of JSON that stops before its end or goes on behind it. The first may pass, the second rarely does. */
export function badJsonEnd(
  { url, bytes }: { readonly url: string; readonly bytes: number },
  { complete }: Pick<JsonFacts, 'complete'>,
): LakeError {
  const said = complete
    ? `Something stands behind the end of the JSON from ${url}`
    : `The JSON from ${url} ends in the middle`;
  const hint = complete
    ? 'Open the address in a browser and look at its end; where it stays so, its publisher has to correct it'
    : 'The portal failed while it was answering: run the same command again';
  return new LakeError('LK3133', said, { hint, details: { url, bytes } });
}
