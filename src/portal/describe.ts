/** What a portal folder serves, for people: one line per table or file, with a URL to look at. */
import { readPortalFolder } from './folder/read-folder.js';
import { Table } from './rows/table.js';
import type { DescribedTable, OriginSpec } from './types.js';

/**
 * Counts that portal.yml does not state are found by reading the files.
 * @throws LakeError LK7100 to LK7103.
 */
export async function describePortal(folder: string, day?: number): Promise<DescribedTable[]> {
  const portal = await readPortalFolder(folder, day);
  const lines: DescribedTable[] = [];
  for (const spec of portal.origins) lines.push(...(await describeOrigin(spec)));
  return lines;
}

async function describeOrigin(spec: OriginSpec): Promise<DescribedTable[]> {
  const { origin, type } = spec;
  const lines: DescribedTable[] = [];
  if (spec.type === 'ckan') {
    for (const owner of spec.packages) {
      for (const resource of owner.resources) {
        lines.push({
          origin,
          type,
          id: owner.name,
          name: resource.name,
          rows: resource.table && (await new Table(resource.table, () => false, 'text').count()),
          url: resource.table
            ? `${origin}/api/3/action/datastore_search?resource_id=${resource.id}&limit=5`
            : `${origin}/api/3/action/package_show?id=${owner.name}`,
        });
      }
    }
  } else if (spec.type === 'socrata') {
    for (const dataset of spec.datasets) {
      const rows = await new Table(dataset.table, () => false, 'text').count();
      lines.push({
        origin,
        type,
        id: dataset.id,
        name: dataset.name,
        rows,
        url: `${origin}/resource/${dataset.id}.json?$limit=5`,
      });
    }
  } else {
    for (const mount of spec.mounts) {
      const first = Object.keys(mount.files)[0] ?? '';
      lines.push({
        origin,
        type,
        id: mount.prefix,
        name: mount.folder ?? `${Object.keys(mount.files).length} files`,
        url: `${origin}${mount.prefix}${first}`,
      });
    }
  }
  return lines;
}
