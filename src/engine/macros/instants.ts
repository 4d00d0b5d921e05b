/**
 * Dates and timestamps out of text, by pattern first: DuckDB's casts drop an offset (`'…+02'::TIMESTAMP`), turn
 * 24:00 into the next day, and read anything after a date. Wall time is a time without a zone; an instant has one.
 * The years 0001 to 9999 are valid, as in Delta tables; digits beyond microseconds are cut, never rounded.
 *
 * GLOB decides a fixed shape several times faster than a regular expression, so the shape that Socrata writes
 * (`2014-10-13T00:00:00.000`) goes first. A macro's argument is copied wherever it is used, so that what is cheap to
 * run may be dear to plan: each step is written to use its argument as seldom as it can.
 */
const digits = (count: number) => '[0-9]'.repeat(count);
const day = `${digits(4)}-${digits(2)}-${digits(2)}`;
const milliseconds = `${day}T[01][0-9]:[0-5][0-9]:[0-5][0-9].${digits(3)}`;
const minutes = '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]';
const seconds = ':[0-5][0-9](?:\\.[0-9]{1,9})?';
const offset = '(?:Z|[-+](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)';

/** The calendar's ends as instants and as wall times. */
const first = {
  microseconds: -62135596800000000n,
  instant: 'make_timestamptz(-62135596800000000)',
  wall: `TIMESTAMP '0001-01-01'`,
};
const last = {
  microseconds: 253402300799999999n,
  instant: 'make_timestamptz(253402300799999999)',
  wall: `TIMESTAMP '9999-12-31 23:59:59.999999'`,
};
/** The same ends where a zone has carried one of them out of the calendar; constants once the zone is known. */
const wallTimesOfInstants = `greatest(${first.wall}, timezone(tz, ${first.instant})) AND least(${last.wall}, timezone(tz, ${last.instant}))`;
const instantsOfWallTimes = `greatest(${first.instant}, timezone(tz, ${first.wall})) AND least(${last.instant}, timezone(tz, ${last.wall}))`;

export const instantMacros: readonly string[] = [
  `lake__in_calendar(t) AS CASE WHEN t BETWEEN ${first.wall} AND ${last.wall} THEN t END`,
  `lake__to_wall(i, tz) AS CASE WHEN i BETWEEN ${instantsOfWallTimes} THEN timezone(tz, i) END`,
  // What a clock never showed (spring's lost hour) is no instant; of an hour that it showed twice, the later is meant.
  `lake__to_instant(t, tz) AS CASE
    WHEN t BETWEEN ${wallTimesOfInstants} AND timezone(tz, timezone(tz, t)) = t THEN timezone(tz, t)
  END`,

  // Wall time: a day (midnight), or a day and a time without a zone.
  `lake__wall(v) AS CASE
    WHEN (v GLOB '${milliseconds}' OR regexp_full_match(v, '[0-9]{4}-[0-9]{2}-[0-9]{2}|${minutes}(?:${seconds})?')) AND v >= '0001'
    THEN try_cast(v AS TIMESTAMP)
  END`,
  // An instant: a day, a time and Z or an offset. With Z the plain cast is right and fast; else DuckDB wants seconds,
  // and the calendar's outermost days are left out, for an offset may lead out of it.
  `lake__instant(v) AS CASE
    WHEN (v GLOB '${milliseconds}Z' OR regexp_full_match(v, '${minutes}${seconds}Z')) AND v >= '0001'
    THEN make_timestamptz(epoch_us(try_cast(v AS TIMESTAMP)))
    WHEN regexp_full_match(v, '${minutes}(?:${seconds})?${offset}') AND v >= '0001-01-03' AND v < '9999-12-30'
    THEN try_cast(CASE WHEN v[17] = ':' THEN v ELSE v[:16] || ':00' || v[17:] END AS TIMESTAMPTZ)
  END`,
  // As lake__to_wall, but the text tells whether the zone can matter: near the calendar's ends, and there by constants.
  `lake__instant_wall(v, tz) AS CASE
    WHEN (v >= '0001-01-02' OR timezone(tz, ${first.instant}) >= ${first.wall})
      AND (v < '9999-12-31' OR timezone(tz, ${last.instant}) <= ${last.wall})
    THEN timezone(tz, lake__instant(v))
  END`,

  // Without a time zone an instant has no day and no wall time: NULL.
  `lake_iso_date(v) AS CASE
    WHEN strlen(v) = 10 THEN CASE WHEN CAST(try_cast(v AS DATE) AS VARCHAR) = v THEN try_cast(v AS DATE) END
    ELSE CAST(lake__wall(v) AS DATE)
  END,
  (v, tz) AS CASE
    WHEN strlen(v) = 10 THEN CASE WHEN CAST(try_cast(v AS DATE) AS VARCHAR) = v THEN try_cast(v AS DATE) END
    ELSE CAST(coalesce(lake__wall(v), lake__instant_wall(v, tz)) AS DATE)
  END`,
  `lake_iso_timestamp(v) AS lake__wall(v),
  (v, tz) AS coalesce(lake__wall(v), lake__instant_wall(v, tz))`,
  `lake_iso_timestamptz(v, tz) AS coalesce(lake__instant(v), lake__to_instant(lake__wall(v), tz))`,
];

/** Epochs: whole milliseconds or seconds since 1970 in UTC; seconds may have up to six decimals. */
function epochs(unit: 'ms' | 's', microseconds: bigint): readonly string[] {
  const whole = `CASE WHEN regexp_full_match(v, '[-+]?[0-9]{1,15}(?:\\.0*)?')
      AND try_cast(v AS BIGINT) BETWEEN ${first.microseconds / microseconds} AND ${last.microseconds / microseconds}
    THEN make_timestamptz(try_cast(v AS BIGINT) * ${microseconds}) END`;
  const decimal = `CASE WHEN regexp_full_match(v, '(?:-?[0-9]{1,10}|[0-9]{11})\\.[0-9]{1,6}0*')
    THEN make_timestamptz(CAST(try_cast(v AS DECIMAL(20,6)) * 1000000 AS BIGINT)) END`;
  const value = unit === 's' ? `coalesce(${whole}, ${decimal})` : whole;
  const instant = `lake_epoch_${unit}_timestamptz(v)`;
  return [
    // An epoch needs no time zone; the second form has one so that all formats can be called alike.
    `${instant} AS ${value},\n  (v, tz) AS ${value}`,
    `lake_epoch_${unit}_timestamp(v, tz) AS lake__to_wall(${instant}, tz)`,
    `lake_epoch_${unit}_date(v, tz) AS CAST(lake__to_wall(${instant}, tz) AS DATE)`,
  ];
}

export const epochMacros: readonly string[] = [...epochs('ms', 1_000n), ...epochs('s', 1_000_000n)];

/**
 * strptime patterns. DuckDB gives an instant where the pattern holds %z or %Z, else wall time; the pattern is a
 * constant, so that only one branch of each CASE is left in the plan. No pattern reads a year above 9999.
 */
const hasZone = `regexp_matches(format, '(?:^|[^%])(?:%%)*%[zZ]')`;
const asWall = 'CAST(try_strptime(v, format) AS TIMESTAMP)';
const asInstant = 'CAST(try_strptime(v, format) AS TIMESTAMPTZ)';
const mayLeaveCalendar = `(contains(v, '000') OR contains(v, '999'))`;

export const patternMacros: readonly string[] = [
  `lake_strptime_timestamp(v, format, tz) AS CASE
    WHEN ${hasZone} THEN CASE WHEN ${mayLeaveCalendar} THEN lake__to_wall(${asInstant}, tz) ELSE timezone(tz, ${asInstant}) END
    WHEN contains(v, '0000') THEN lake__in_calendar(${asWall})
    ELSE ${asWall}
  END`,
  `lake_strptime_timestamptz(v, format, tz) AS CASE
    WHEN ${hasZone} THEN CASE WHEN ${asInstant} BETWEEN ${first.instant} AND ${last.instant} THEN ${asInstant} END
    ELSE lake__to_instant(${asWall}, tz)
  END`,
  `lake_strptime_date(v, format, tz) AS CAST(lake_strptime_timestamp(v, format, tz) AS DATE)`,
];
