/** `source:` of a manifest: one schema for all portals; which keys fit a portal's type is checked afterwards. */
import * as z from 'zod/mini';
import { choice, oneOrMore, optional, required, say, someOf, text, wholeNumber } from './words.js';

export const auth = () =>
  z.strictObject({
    type: required(choice('basic', 'bearer', 'header', 'query'), 'How the secret is sent.'),
    username: optional(text(), 'For basic.'),
    password: optional(text(), 'For basic.'),
    token: optional(text(), 'For bearer.'),
    name: optional(text(), 'For header and query: name of the header or parameter.'),
    value: optional(text(), 'For header and query: the secret.'),
  });

export const headers = () =>
  say(z.record(z.string(), z.string()), { expected: 'a mapping of names to texts' });

const pages = () =>
  z.strictObject({
    type: required(
      choice('next_link', 'link_header', 'page', 'offset', 'cursor'),
      'How the next page is found: a link in the body, a Link header, a page number, an offset, or a cursor.',
    ),
    path: optional(
      text(),
      'next_link, cursor: path in the body of the next link (`next` by default) or cursor.',
    ),
    param: optional(
      text(),
      'Query parameter that carries the page, offset or cursor; of that name if left out.',
    ),
    size_param: optional(
      text(),
      'Query parameter that carries the page size; `limit` by default for offset.',
    ),
    size: optional(wholeNumber(1), 'Rows a page.'),
    first: optional(
      wholeNumber(0),
      'Number of the first page, 1 by default; or the first offset, 0 by default.',
    ),
    total: optional(
      text(),
      'Path in the body of the number of all rows: pages are asked for together, and what came is compared with it.',
    ),
    max_pages: optional(wholeNumber(1), 'Most pages, 100000 by default; more are an error.'),
  });

const family = () =>
  say(
    z.catchall(
      z.object({
        catalogue: optional(
          text(),
          'Title of members in the catalogue, such as `Requests {year}`: finds members that are not listed.',
        ),
      }),
      say(z.record(z.string(), z.string()), { expected: 'a mapping of values to resource ids' }),
    ),
    { expected: 'a mapping of one variable to its members, such as year: {2024: b7dx-7gc3}' },
  );

export const source = () =>
  z.strictObject({
    package: optional(text(), 'CKAN: name or id of the package.'),
    resource: optional(
      z.strictObject({
        format: optional(oneOrMore(text()), 'Formats in order of preference.'),
        name: optional(
          text(),
          'Name of the resource; * stands for any text, {variable} for a part that becomes a column.',
        ),
        id: optional(text(), 'Id of the resource.'),
      }),
      "CKAN: which of the package's resources to take.",
    ),
    id: optional(text(), 'Socrata: four-by-four id of the dataset.'),
    url: optional(text(), 'HTTP: address of the file. CKAN: where to look when the catalogue fails.'),
    urls: optional(someOf(text(), 'a list of addresses'), 'HTTP: addresses of files of one shape.'),
    files: optional(
      oneOrMore(text(), 'a path, or a list of paths'),
      'GitHub: paths in the repository; {variable} becomes the column `_variable`.',
    ),
    records: optional(text(), 'Path of the list of records in a JSON body; the body itself if left out.'),
    pages: optional(pages(), 'HTTP: how pages follow each other.'),
    auth: optional(auth(), 'HTTP: credentials. Secret: sent only to the host of the address.'),
    headers: optional(headers(), 'HTTP: further request headers. Secret.'),
    family: optional(
      family(),
      'Several resources that make one table: a variable and its members. The variable becomes the column `_variable`.',
    ),
    for_each: optional(
      z.strictObject({
        dataset: required(text(), 'Dataset whose rows name the files.'),
        where: optional(text(), 'SQL condition on its rows.'),
      }),
      'One request for each row of another dataset; `files`, `url` or `id` hold its fields as {field}.',
    ),
    missing: optional(choice('fail', 'skip'), 'skip: a file that does not exist (404) brings no rows.'),
    read: optional(
      z.strictObject({
        sheet: optional(
          text(),
          'XLSX: name of the sheet; {variable} stands for a part that becomes a column, and then all sheets that match are read.',
        ),
        header: optional(
          say(z.union([wholeNumber(1), z.literal('none')]), {
            expected: 'the number of a row, from 1, or none',
          }),
          'Row of the column names, from 1; none: there is none, and the columns are column_1, column_2, …',
        ),
        skip_rows: optional(wholeNumber(0), 'Rows to leave out before the header.'),
        footer_rows: optional(wholeNumber(0), 'Rows to leave out at the end.'),
        delimiter: optional(text(), 'CSV: character between values.'),
        encoding: optional(
          text(),
          'Character encoding, where it is not UTF-8. Parquet: of binary columns that are text.',
        ),
        invalid_bytes: optional(
          choice('fail', 'replace'),
          'replace: bytes that are not of the encoding become � and are counted. Default fail.',
        ),
        quote: optional(text(), 'CSV: quotation mark.'),
        ragged: optional(
          choice('fail', 'fill'),
          'CSV. fill: values missing at the end of a row are null, and empty ones beyond the header are left out. Default fail.',
        ),
        repeated_header: optional(
          choice('keep', 'skip'),
          'CSV. skip: rows that repeat the header are left out and counted. Default keep.',
        ),
        member: optional(
          text(),
          'ZIP: name of the file inside, or a pattern: * stands for any text, {variable} for a part that becomes the column `_variable`; all files that match become one table by column name.',
        ),
      }),
      'How the file is read, where it cannot be seen from the file.',
    ),
    explode: optional(
      say(
        z.union([
          z.string(),
          z.strictObject({
            path: required(text(), 'Path of the list.'),
            keep_empty: optional(
              z.boolean(),
              'Records with an empty list keep one row; without it they are left out, and counted in the notes of the load.',
            ),
          }),
        ]),
        { expected: 'the path of a list, or {path, keep_empty}' },
      ),
      'JSON: one row for each element of this list; the fields around it stay addressable.',
    ),
  });

export type SourceObject = z.infer<ReturnType<typeof source>>;
