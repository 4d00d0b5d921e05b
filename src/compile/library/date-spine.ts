import { quoteIdent } from '../../sql/quote.js';
import { defineMacro } from './macro.js';
import { oneOf, sql } from './parameters.js';

const DATES = ['day', 'week', 'month', 'quarter', 'year'];

export const dateSpine = defineMacro({
  name: 'date_spine',
  summary:
    'One row for each day, or other part of time, from the start up to the end, which is left out. The column is `date_day`, or what the part is: a date from `day` upwards, else a timestamp. Start and end are SQL.',
  example: "{{date_spine 'day' \"date '2024-01-01'\" \"date '2025-01-01'\"}}",
  parameters: {
    datepart: oneOf('second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'),
    start_date: sql,
    end_date: sql,
  },
  write({ datepart, start_date, end_date }) {
    const column = quoteIdent(`date_${datepart}`);
    const [start, end] = [start_date, end_date].map((date) => `cast(${date} as timestamp)`);
    const instant = `${start} + step * interval 1 ${datepart}`;
    const value = DATES.includes(datepart) ? `cast(${instant} as date)` : instant;
    return [
      `select ${value} as ${column}`,
      `from range(date_diff('${datepart}', ${start}, ${end})) as steps(step)`,
      `where ${instant} <= ${end}`,
    ].join('\n');
  },
});
