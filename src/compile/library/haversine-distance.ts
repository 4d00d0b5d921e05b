import { defineMacro } from './macro.js';
import { oneOf, optional, sql } from './parameters.js';

/** dbt-utils reckons with these: the earth's radius in miles, and a mile in kilometres. */
const RADIUS = 3961;
const KILOMETRES = 1.60934;

export const haversineDistance = defineMacro({
  name: 'haversine_distance',
  summary:
    "The distance between two points on the earth's surface, in miles (`unit='mi'`, the default) or kilometres (`unit='km'`). Latitudes and longitudes in degrees.",
  example:
    "select {{haversine_distance 'a.lat' 'a.lng' 'b.lat' 'b.lng' unit='km'}} as km from {{ref 'trips'}}",
  parameters: { lat1: sql, lon1: sql, lat2: sql, lon2: sql, unit: optional(oneOf('mi', 'km'), 'mi') },
  write({ lat1, lon1, lat2, lon2, unit }) {
    const half = (a: string, b: string) => `pow(sin(radians((${b}) - (${a})) / 2), 2)`;
    const chord = `${half(lat1, lat2)} + cos(radians(${lat1})) * cos(radians(${lat2})) * ${half(lon1, lon2)}`;
    // Of points that lie opposite each other rounding makes a sine above 1.
    const miles = `${2 * RADIUS} * asin(round(sqrt(${chord}), 15))`;
    return unit === 'km' ? `${miles} * ${KILOMETRES}` : miles;
  },
});
