/**
 * When two texts are one value, spelled in two ways. Macros for a task's own catalog, written in the engine's `lake_*`
 * casts; text in, a comparable value or NULL out.
 */

/** Patterns under which portals write days and times, tried in order. */
const PATTERNS = [
  '%Y/%m/%d %H:%M:%S%z',
  '%Y/%m/%d',
  '%m/%d/%Y %I:%M:%S %p',
  '%m/%d/%Y %H:%M',
  '%m/%d/%Y',
  '%b %d, %Y',
];

const tried = PATTERNS.map((pattern) => `lake_strptime_timestamp(v, '${pattern}', tz)`).join(', ');

/** `create macro` statements; `same_*` are NULL or false where the texts are not the same value. */
export const spellingMacros: readonly string[] = [
  // Nine significant digits: coordinates are cut at eight decimals here and written in full there.
  `create macro spelled_number(v) as case
    when strlen(v) < 40 and regexp_full_match(v, '[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?')
    then printf('%.9g', try_cast(v as double) + 0.0) end`,
  // A date is its midnight. Of whole numbers only those of 12 or 13 digits can be milliseconds.
  `create macro spelled_instant(v, tz) as case
    when regexp_matches(v, '^[0-9]{4}-[0-9]{2}') then lake_iso_timestamp(v, tz)
    when regexp_full_match(v, '[0-9]{12,13}') then lake_epoch_ms_timestamp(v, tz)
    when strlen(v) between 8 and 30 and regexp_matches(v, '[0-9][/,]') then coalesce(${tried}) end`,
  `create macro spelled_numbers(v) as list_transform(
    regexp_extract_all(v, '[-+]?[0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?'), lambda n: printf('%.9g', try_cast(n as double)))`,
  `create macro spelled_plainly(v) as lower(regexp_replace(trim(v), '\\s+', ' ', 'g'))`,
  // One value for all spellings of it, for comparing columns that are not known to be the same.
  `create macro spelled_alike(v, tz) as coalesce(spelled_number(trim(v)), spelled_instant(trim(v), tz)::varchar, spelled_plainly(v))`,
];
