import { LakeError } from '../errors/lake-error.js';
import type { SourceSpec } from '../project/types.js';
import { accessHint } from './access-hint.js';
import { type ChosenResource, type CkanResource, chooseResources, readResources } from './ckan-resources.js';
import type { PortalClient, SourceContext } from './types.js';

export interface PackageResources {
  /** All that the package has. */
  readonly resources: readonly CkanResource[];
  readonly chosen: readonly ChosenResource[];
}

/**
 * Asks for the manifest's package and takes the resources that it means: those that `resource:` describes, or the members
 * of the family by their ids.
 * @throws LakeError LK3001 to LK3008 where the package is not there, not open, or has no one resource that fits.
 */
export async function resourcesOfPackage(
  context: SourceContext,
  client: PortalClient,
): Promise<PackageResources> {
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
      hint: accessHint(context.portal),
      details: { url },
    });
  }
  if (typeof shown !== 'object' || shown === null) {
    throw new LakeError('LK3005', `${url} answered without a package`, {
      hint: 'See what it answers in a browser: `url` of the portal in project.yml should be that of a CKAN portal',
      details: { url },
    });
  }
  if (shown['state'] === 'deleted') {
    throw new LakeError('LK3001', `Package "${asked}" was deleted at ${base}`, {
      hint: `Look for what replaces it at ${base}, and write that into the manifest's package:`,
      details: { url },
    });
  }
  const name = shown['name'];
  if (typeof name === 'string' && name !== asked && shown['id'] !== asked) {
    throw new LakeError('LK3008', `Package "${asked}" has moved: the portal answers with "${name}"`, {
      hint: `Write package: ${name} into the manifest`,
      details: { url },
    });
  }
  const resources = readResources(shown['resources']);
  return { resources, chosen: chooseIn(asked, shown, resources, context.dataset.source) };
}

/** A retired package may still hold its data; if it does not, that is why. */
function chooseIn(
  asked: string,
  shown: Readonly<Record<string, unknown>>,
  resources: readonly CkanResource[],
  { resource, family }: SourceSpec,
): readonly ChosenResource[] {
  try {
    if (family === undefined) return chooseResources(asked, resources, resource);
    return Object.entries(family.members).flatMap(([value, id]) =>
      chooseResources(asked, resources, { ...resource, id }).map((one) => ({
        ...one,
        variables: { ...one.variables, [family.variable]: value },
      })),
    );
  } catch (error) {
    const retired = shown['is_retired'] === true || String(shown['is_retired']).toLowerCase() === 'true';
    if (!retired || !(error instanceof LakeError)) throw error;
    throw new LakeError(error.code, `${error.message}; the portal has retired this package`, {
      hint: error.hint,
      details: error.details,
    });
  }
}
