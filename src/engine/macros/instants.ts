/**
 * Dates and timestamps out of text, by pattern first: DuckDB's casts drop an offset (`'…+02'::TIMESTAMP`), turn
 * 24:00 into the next day, and read anything after a date. Wall time is a time without a zone; an instant has one.
 * The years 0001 to 9999 are valid, as in Delta tables; digits beyond microseconds are cut, never rounded.
 *
 * GLOB decides a fixed shape several times faster than a regular expression, so the shape that Socrata writes
 * (`2014-10-13T00:00:00.000`) goes first. The text is compared with '0001', '0002' and '9999' because only values
 * outside need the dearer check that a time zone did not carry them over the calendar's ends.
 */
const digits = (count: number) => '[0-9]'.repeat(count);
const day = `${digits(4)}-${digits(2)}-${digits(2)}`;
const milliseconds = `${day}T[01][0-9]:[0-5][0-9]:[0-5][0-9].${digits(3)}`;
const minutes = '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]';
const seconds = ':[0-5][0-9](?:\\.[0-9]{1,9})?';
const offset = '(?:Z|[-+](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)';

const firstMoment = 'make_timestamptz(-62135596800000000)';
const endOfTime = 'make_timestamptz(253402300800000000)';

export const instantMacros: readonly string[] = [
  `lake__in_calendar(t) AS CASE
    WHEN t >= TIMESTAMP '0001-01-01 00:00:00' AND t <= TIMESTAMP '9999-12-31 23:59:59.999999' THEN t
  END`,
  `lake__instant_in_calendar(t) AS CASE WHEN t >= ${firstMoment} AND t < ${endOfTime} THEN t END`,

  // Wall time: a day (midnight), or a day and a time without a zone.
  `lake__wall(v) AS CASE
    WHEN v GLOB '${milliseconds}' AND v >= '0001' THEN try_cast(v AS TIMESTAMP)
    WHEN regexp_full_match(v, '[0-9]{4}-[0-9]{2}-[0-9]{2}|${minutes}(?:${seconds})?') AND v >= '0001' THEN try_cast(v AS TIMESTAMP)
  END`,

  // An instant: a day, a time and Z or an offset. DuckDB wants seconds; in UTC the plain cast is right and fast.
  `lake__offset_cast(v) AS try_cast(CASE WHEN v[17] = ':' THEN v ELSE v[:16] || ':00' || v[17:] END AS TIMESTAMPTZ)`,
  `lake__instant(v) AS CASE
    WHEN v GLOB '${milliseconds}Z' AND v >= '0001' THEN make_timestamptz(epoch_us(try_cast(v AS TIMESTAMP)))
    WHEN regexp_full_match(v, '${minutes}(?:${seconds})?${offset}') AND v >= '0001' THEN
      CASE WHEN v >= '0002' AND v < '9999' THEN lake__offset_cast(v) ELSE lake__instant_in_calendar(lake__offset_cast(v)) END
  END`,
  `lake__instant_to_wall(v, tz) AS CASE
    WHEN v >= '0002' AND v < '9999' THEN timezone(tz, lake__instant(v)) ELSE lake__in_calendar(timezone(tz, lake__instant(v)))
  END`,

  // Wall time in a zone to an instant. What a clock never showed (spring's lost hour) is no instant; of an hour that
  // it showed twice, the later one is meant.
  `lake__wall_to_instant(t, tz) AS CASE WHEN timezone(tz, timezone(tz, t)) = t THEN
    CASE
      WHEN t >= TIMESTAMP '0001-01-03 00:00:00' AND t < TIMESTAMP '9999-12-30 00:00:00' THEN timezone(tz, t)
      ELSE lake__instant_in_calendar(timezone(tz, t))
    END
  END`,

  // Without a time zone an instant has no day and no wall time: NULL.
  `lake_iso_date(v) AS CASE
    WHEN strlen(v) = 10 THEN CASE WHEN CAST(try_cast(v AS DATE) AS VARCHAR) = v THEN try_cast(v AS DATE) END
    ELSE CAST(lake__wall(v) AS DATE)
  END,
  (v, tz) AS CASE
    WHEN strlen(v) = 10 THEN CASE WHEN CAST(try_cast(v AS DATE) AS VARCHAR) = v THEN try_cast(v AS DATE) END
    WHEN ends_with(v, 'Z') THEN CAST(lake__instant_to_wall(v, tz) AS DATE)
    ELSE CAST(coalesce(lake__wall(v), lake__instant_to_wall(v, tz)) AS DATE)
  END`,
  `lake_iso_timestamp(v) AS lake__wall(v),
  (v, tz) AS CASE
    WHEN ends_with(v, 'Z') THEN lake__instant_to_wall(v, tz)
    ELSE coalesce(lake__wall(v), lake__instant_to_wall(v, tz))
  END`,
  `lake_iso_timestamptz(v, tz) AS CASE
    WHEN ends_with(v, 'Z') THEN lake__instant(v)
    ELSE coalesce(lake__instant(v), lake__wall_to_instant(lake__wall(v), tz))
  END`,
];

/** Epochs: whole milliseconds or seconds since 1970 in UTC; seconds may have up to six decimals. */
function epochs(unit: 'ms' | 's', microseconds: bigint): readonly string[] {
  const calendar = { first: -62135596800000000n, last: 253402300799999999n };
  const twoDays = 172_800_000_000n;
  const instant = `lake_epoch_${unit}_timestamptz(v)`;
  const whole = `CASE WHEN lake_bigint(v) BETWEEN ${calendar.first / microseconds} AND ${calendar.last / microseconds}
    THEN make_timestamptz(lake_bigint(v) * ${microseconds}) END`;
  const decimal = `CASE WHEN regexp_full_match(v, '-?[0-9]{1,12}\\.[0-9]{1,6}0*')
    THEN lake__instant_in_calendar(make_timestamptz(CAST(try_cast(v AS DECIMAL(20,6)) * 1000000 AS BIGINT))) END`;
  const value = unit === 's' ? `coalesce(${whole}, ${decimal})` : whole;
  return [
    // An epoch needs no time zone; the second form has one so that all formats can be called alike.
    `${instant} AS ${value},
  (v, tz) AS ${value}`,
    `lake_epoch_${unit}_timestamp(v, tz) AS CASE
    WHEN ${instant} BETWEEN make_timestamptz(${calendar.first + twoDays}) AND make_timestamptz(${calendar.last - twoDays})
    THEN timezone(tz, ${instant}) ELSE lake__in_calendar(timezone(tz, ${instant}))
  END`,
    `lake_epoch_${unit}_date(v, tz) AS CAST(lake_epoch_${unit}_timestamp(v, tz) AS DATE)`,
  ];
}

export const epochMacros: readonly string[] = [...epochs('ms', 1_000n), ...epochs('s', 1_000_000n)];

/**
 * strptime patterns. DuckDB gives an instant where the pattern holds %z or %Z, else wall time; the pattern is a
 * constant, so that only one branch of each CASE is left in the plan.
 */
const hasZone = `regexp_matches(format, '(?:^|[^%])(?:%%)*%[zZ]')`;
const mayLeaveCalendar = `(contains(v, '000') OR contains(v, '999'))`;
const asWall = 'CAST(try_strptime(v, format) AS TIMESTAMP)';
const asInstant = 'CAST(try_strptime(v, format) AS TIMESTAMPTZ)';

export const patternMacros: readonly string[] = [
  `lake_strptime_timestamp(v, format, tz) AS CASE WHEN ${hasZone}
    THEN CASE WHEN ${mayLeaveCalendar} THEN lake__in_calendar(timezone(tz, ${asInstant})) ELSE timezone(tz, ${asInstant}) END
    ELSE CASE WHEN ${mayLeaveCalendar} THEN lake__in_calendar(${asWall}) ELSE ${asWall} END
  END`,
  `lake_strptime_timestamptz(v, format, tz) AS CASE WHEN ${hasZone}
    THEN lake__instant_in_calendar(${asInstant})
    ELSE lake__wall_to_instant(lake__in_calendar(${asWall}), tz)
  END`,
  `lake_strptime_date(v, format, tz) AS CAST(lake_strptime_timestamp(v, format, tz) AS DATE)`,
];
