import { LakeError } from '../errors/lake-error.js';
import type { SourceSpec } from '../project/types.js';
import { type ChosenResource, chooseResources, readResources } from './ckan-resources.js';
import type { PortalClient, SourceContext } from './types.js';

/**
 * Asks for the manifest's package and takes the resources that it means.
 * @throws LakeError LK3001 to LK3008 where the package is not there, not open, or has no one resource that fits.
 */
export async function resourcesOfPackage(
  context: SourceContext,
  client: PortalClient,
): Promise<readonly ChosenResource[]> {
  const asked = context.dataset.source.package ?? '';
  const { url: base } = context.portal;
  const url = `${base}/api/3/action/package_show?id=${encodeURIComponent(asked)}`;
  const { status, body } = await client.getJson(url, { accept: [200, 403, 404] });
  const shown = (body as { result?: Record<string, unknown> } | undefined)?.result;
  if (status === 404) {
    throw new LakeError('LK3001', `There is no package "${asked}" at ${base}`, {
      hint: `Look for its new name at ${base}, and write it into the manifest's package:`,
      details: { url },
    });
  }
  if (status === 403 || shown?.['private'] === true) {
    throw new LakeError('LK3002', `Package "${asked}" at ${base} is private`, {
      hint: "If you have access, set the portal's token in project.yml",
      details: { url },
    });
  }
  if (typeof shown !== 'object' || shown === null) {
    throw new LakeError('LK3005', `${url} answered without a package`, { details: { url } });
  }
  if (shown['state'] === 'deleted')
    throw new LakeError('LK3001', `Package "${asked}" was deleted at ${base}`, { details: { url } });
  const name = shown['name'];
  if (typeof name === 'string' && name !== asked && shown['id'] !== asked) {
    throw new LakeError('LK3008', `Package "${asked}" has moved: the portal answers with "${name}"`, {
      hint: `Write package: ${name} into the manifest`,
      details: { url },
    });
  }
  return chooseIn(asked, shown, context.dataset.source.resource);
}

/** A retired package may still hold its data; if it does not, that is why. */
function chooseIn(
  asked: string,
  shown: Readonly<Record<string, unknown>>,
  wanted: SourceSpec['resource'],
): readonly ChosenResource[] {
  try {
    return chooseResources(asked, readResources(shown['resources']), wanted);
  } catch (error) {
    const retired = shown['is_retired'] === true || String(shown['is_retired']).toLowerCase() === 'true';
    if (!retired || !(error instanceof LakeError)) throw error;
    throw new LakeError(error.code, `${error.message}; the portal has retired this package`, {
      hint: error.hint,
      details: error.details,
    });
  }
}
