/** SQL that writes a value of any type as text from which it can be had back. */

/**
 * Numbers in full, dates and times in ISO 8601 (instants in UTC with `Z`), nested values as JSON, binary values as DuckDB
 * writes them (`\xAB` for each byte that is no ASCII character). A column is all text afterwards.
 * @param type DuckDB's name of the type.
 */
export function textOf(column: string, type: string): string {
  if (type === 'VARCHAR') return column;
  if (/\[\d*\]$|^(?:STRUCT|MAP|UNION)\(/.test(type)) return `to_json(${column})::VARCHAR`;
  if (type === 'TIMESTAMP WITH TIME ZONE') return iso(`timezone('UTC', ${column})`, 'Z');
  if (/^TIMESTAMP/.test(type)) return iso(column, '');
  return `${column}::VARCHAR`;
}

/** DuckDB writes as many decimals as there are, and a blank where ISO 8601 has a T. */
function iso(timestamp: string, zone: string): string {
  const text = `replace(${timestamp}::VARCHAR, ' ', 'T')`;
  return zone === '' ? text : `${text} || '${zone}'`;
}
