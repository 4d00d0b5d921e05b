/** Maps the lines of a generated silver SELECT to the manifest's fields: it has one line a field. */
import type { SourceSpan } from '../../errors/diagnostic.js';
import type { Dataset } from '../../project/types.js';
import type { SqlOrigin } from '../types.js';

/** `… as "field",`, `… as "$field",` and a bare `"field",`. */
const FIELD_LINE = /(?:^\s*| as )"\$?((?:[^"]|"")+)",?$/;
/** `case when … then 'field: out of range' end`. */
const JUDGEMENT_LINE = /then '([^':]+): [^']*' end[,)]*(?: as \w+)?,?$/;
/** What belongs to no field. */
const FRAME_LINE = /^\s*(?:with|select|from|\)|--|concat_ws|\*,|_\w+|'' as|\S+ as \()/;

/** Pieces in the order of the SQL's lines, none verbatim: each leads to a field, or to the dataset's own place. */
export function generatedOrigins(sql: string, dataset: Dataset): readonly SqlOrigin[] {
  const places = new Map(dataset.fields?.map((field) => [field.name, field.at]));
  const origins: SqlOrigin[] = [];
  let start = 1;
  const until = (line: number, place: SourceSpan): void => {
    const { file, line: at, col } = place;
    const last = origins.at(-1);
    if (!last || last.line !== at || last.col !== col) {
      origins.push({ outLine: start, outCol: 1, file, line: at, col, verbatim: false });
    }
    start = line + 1;
  };
  for (const [i, line] of sql.split('\n').entries()) {
    const name = (FIELD_LINE.exec(line) ?? JUDGEMENT_LINE.exec(line))?.[1]?.replaceAll('""', '"');
    const place = name === undefined ? undefined : places.get(name);
    // A line of a field's own `sql:` is neither; it belongs to the field that the lines after it name.
    if (place) until(i + 1, place);
    else if (FRAME_LINE.test(line)) until(i + 1, dataset.at);
  }
  return origins;
}
