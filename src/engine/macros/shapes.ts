/** Types that are checked and stay text (Delta has no type for them), lists, and points in all their spellings. */
const number = '[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?';
const quote = `[''"]`;
const member = (name: string) => `${quote}${name}${quote}\\s*:\\s*${quote}?(${number})${quote}?\\s*[,}]`;

/** One coordinate of a point. `axis` is its place in x-first spellings, `flipped` its place in `(lat, lon)`. */
function coordinate(axis: 1 | 2, flipped: 1 | 2, location: string, letter: string): string {
  return `CASE
    WHEN v[1] = '{' THEN CASE
      WHEN contains(v, 'coordinates') THEN CASE WHEN regexp_matches(v, '${quote}type${quote}\\s*:\\s*${quote}(?:Multi)?Point${quote}')
        THEN regexp_extract(v, '${quote}coordinates${quote}\\s*:\\s*\\[\\s*(?:\\[\\s*)?(${number})\\s*,\\s*(${number})\\s*(?:,\\s*${number}\\s*)*\\](?:\\s*\\])?\\s*(?:\\}|,\\s*${quote})', ${axis}) END
      WHEN contains(v, '${location}') THEN regexp_extract(v, '${member(location)}', 1)
      ELSE regexp_extract(v, '${member(letter)}', 1) END
    WHEN v[1] = 'c' THEN regexp_extract(v, '^c\\(\\s*(${number})\\s*,\\s*(${number})\\s*\\)$', ${axis})
    WHEN ends_with(v, ')') THEN CASE
      WHEN contains(v, ',') THEN regexp_extract(v, '(?s)^(?:.*\\n)?\\(\\s*(${number})\\s*,\\s*(${number})\\s*\\)$', ${flipped})
      ELSE regexp_extract(v, '(?i)^(?:SRID=[0-9]+;)?\\s*POINT\\s*(?:Z|M|ZM)?\\s*\\(\\s*(${number})\\s+(${number})(?:\\s+${number})*\\s*\\)$', ${axis}) END
  END`;
}

export const shapeMacros: readonly string[] = [
  `lake_time(v) AS CASE WHEN regexp_full_match(v, '(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]+)?)?') THEN v END`,
  `lake_uuid(v) AS CASE
    WHEN strlen(v) = 36 AND v LIKE '________-____-____-____-____________' AND try_cast(v AS UUID) IS NOT NULL THEN v
  END`,
  `lake_json(v) AS CASE WHEN json_valid(v) THEN v END`,
  // A JSON array's elements as text: strings without quotes, nested values as JSON text, null as NULL.
  `lake_list(v) AS CASE WHEN v[1] = '[' AND json_valid(v) THEN from_json(v, '["VARCHAR"]') END`,

  // GeoJSON Point (or a MultiPoint of one), also in Python's spelling; {latitude, longitude}; {x, y}; R's c(lng, lat);
  // (lat, lon), also below an address; WKT. The number's own text, or NULL: a line or polygon is no point.
  `lake_point_x(v) AS nullif(${coordinate(1, 2, 'longitude', 'x')}, '')`,
  `lake_point_y(v) AS nullif(${coordinate(2, 1, 'latitude', 'y')}, '')`,
];
