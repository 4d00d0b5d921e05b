/** lake's own macros, by name. A new macro is one file, one line here and its name in names.ts. */
import type { Helper } from '../template/helpers/helper.js';
import { lastDay, splitPart, typeNames } from './cross-database.js';
import { dateSpine } from './date-spine.js';
import { deduplicate } from './deduplicate.js';
import { generateSeries } from './generate-series.js';
import { getColumnValues } from './get-column-values.js';
import { groupBy } from './group-by.js';
import { haversineDistance } from './haversine-distance.js';
import { nullcheck, nullcheckTable } from './nullcheck.js';
import { pivot } from './pivot.js';
import { safeAdd, safeSubtract } from './safe-add.js';
import { safeDivide } from './safe-divide.js';
import { slugify } from './slugify.js';
import { star } from './star.js';
import { generateSurrogateKey, surrogateKey } from './surrogate-key.js';
import { unionRelations } from './union-relations.js';
import { unpivot } from './unpivot.js';
import { getUrlHost, getUrlParameter, getUrlPath } from './urls.js';
import { widthBucket } from './width-bucket.js';

/** In the order of their reference. */
export const libraryGroups: Readonly<Record<string, readonly Helper[]>> = {
  'Columns and keys': [star, surrogateKey, generateSurrogateKey, nullcheck, nullcheckTable, groupBy, slugify],
  'Whole relations': [
    unionRelations,
    deduplicate,
    pivot,
    getColumnValues,
    unpivot,
    dateSpine,
    generateSeries,
  ],
  Numbers: [safeDivide, safeAdd, safeSubtract, widthBucket, haversineDistance],
  'Texts, dates and types': [getUrlHost, getUrlPath, getUrlParameter, splitPart, lastDay, ...typeNames],
};

export const library: ReadonlyMap<string, Helper> = new Map(
  Object.values(libraryGroups)
    .flat()
    .map((helper) => [helper.name, helper]),
);
