import { LakeError } from '../../errors/lake-error.js';

const PATIENCE = 30_000;

/**
 * Posts the results as JSON, once and without redirects. Messages name the host: the address may hold a key.
 * @throws LakeError LK4063 for any answer but 200 to 299, and for none.
 */
export async function sendResults(address: string, host: string, report: string): Promise<void> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'lake' },
    body: report,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE),
  }).catch((error: unknown) => {
    const { cause, name } = error as { readonly cause?: { readonly code?: string }; readonly name?: string };
    const why =
      name === 'TimeoutError' ? `no answer in ${PATIENCE / 1000} seconds` : (cause?.code ?? 'no connection');
    throw new LakeError('LK4063', `the webhook at ${host} was not reached (${why})`, {
      hint: 'Check its address and the network; what the run published stays',
    });
  });
  await answer.body?.cancel();
  if (!answer.ok)
    throw new LakeError('LK4063', `the webhook at ${host} answered ${answer.status}`, {
      hint: 'It must answer with a status from 200 to 299; what the run published stays',
    });
}
