/** One entry of `publish:`, whose keys and values load has checked, with each list in its long form. */
import type {
  Json,
  PublishedGeometry,
  PublishedIndex,
  PublishedView,
  PublishSpec,
} from '../../project/types.js';

type Written = Readonly<Record<string, Json>>;

/** The reference system of longitude and latitude: https://epsg.io/4326 */
const WGS_84 = 4326;

export function publishSpec(written: Written): PublishSpec {
  const { key, refresh, indexes, geometry, views, ...rest } = written;
  return {
    ...(rest as unknown as PublishSpec),
    ...(key !== undefined && { key: listOf(key) }),
    ...(refresh !== undefined && { refresh: listOf(refresh) }),
    ...(indexes !== undefined && { indexes: indexesOf(indexes) }),
    ...(geometry !== undefined && { geometry: Object.entries(geometry as Written).map(geometryOf) }),
    ...(views !== undefined && { views: Object.entries(views as Written).map(viewOf) }),
  };
}

function indexesOf(written: Json | undefined): readonly PublishedIndex[] {
  return ((written ?? []) as readonly Json[]).map((one) => {
    if (typeof one === 'string' || Array.isArray(one)) return { columns: listOf(one) };
    const { columns, ...rest } = one as Written;
    return { ...rest, columns: listOf(columns!) } as PublishedIndex;
  });
}

function viewOf([name, written]: readonly [string, Json]): PublishedView {
  const { sql, materialized = false, indexes } = written as Written;
  return { name, sql: sql as string, materialized: materialized as boolean, indexes: indexesOf(indexes) };
}

function geometryOf([name, written]: readonly [string, Json]): PublishedGeometry {
  if (typeof written === 'string' || Array.isArray(written))
    return { name, from: listOf(written), srid: WGS_84 };
  const { from, srid = WGS_84 } = written as Written;
  return { name, from: listOf(from!), srid: srid as number };
}

function listOf(written: Json): readonly string[] {
  return typeof written === 'string' ? [written] : (written as readonly string[]);
}
