/**
 * Exact casts of numbers and booleans. DuckDB's own casts round (`'1.5'::INTEGER` is 2), skip blanks and
 * underscores, and read `0x1F`; these give NULL for everything that does not say exactly one value of the type.
 * A canonical value (`12`) is recognised by casting it back, which is cheaper than any pattern.
 */
function exactInteger(type: string): string {
  return `CASE
    WHEN CAST(try_cast(v AS ${type}) AS VARCHAR) = v THEN try_cast(v AS ${type})
    WHEN regexp_full_match(v, '[-+]?[0-9]+(?:\\.0*)?') THEN try_cast(v AS ${type})
  END`;
}

export const numberMacros: readonly string[] = [
  // '12', '+12', '012', '12.0'. Not '1.5', '1e3' (a spreadsheet's damage to long numbers), '1_000', '1,000', ' 12'.
  `lake_integer(v) AS ${exactInteger('INTEGER')}`,
  `lake_bigint(v) AS ${exactInteger('BIGINT')}`,

  // The nearest double; what lies beyond the doubles ('1e400'), 'NaN' and 'Infinity' are not numbers.
  `lake_double(v) AS CASE
    WHEN regexp_full_match(v, '[-+.0-9eE]+') AND isfinite(try_cast(v AS DOUBLE)) THEN try_cast(v AS DOUBLE)
  END`,

  // A decimal's type cannot be a macro's parameter, so this gives the text where it fits the scale exactly:
  // try_cast(lake_decimal_text(v, 2) AS DECIMAL(10,2)). '12.50' fits scale 1, '12.55' does not. JSON writes
  // small numbers as '1.5e-05': a digit after the point and each step of the exponent count as decimals.
  `lake_decimal_text(v, scale) AS CASE
    WHEN regexp_full_match(v, '[-+]?(?:[0-9]+(?:\\.[0-9]{0,' || scale || '}0*)?|\\.[0-9]{0,' || scale || '}0*)') THEN v
    WHEN regexp_full_match(v, '[-+]?[0-9]+(?:\\.[0-9]+)?[eE][-+]?[0-9]{1,2}')
      AND strlen(regexp_extract(v, '\\.([0-9]*?)0*[eE]', 1)) - CAST(regexp_extract(v, '[eE](.*)$', 1) AS INTEGER) <= scale THEN v
  END`,

  `lake_boolean(v) AS CASE v
    WHEN 'Y' THEN true WHEN 'N' THEN false
    WHEN 'true' THEN true WHEN 'false' THEN false
    WHEN '1' THEN true WHEN '0' THEN false
    ELSE CASE WHEN lower(v) IN ('true', 't', 'yes', 'y') THEN true WHEN lower(v) IN ('false', 'f', 'no', 'n') THEN false END
  END`,
];
