/** Parts of a web address, by DuckDB's regular expressions; NULL of NULL. */
import { quoteText } from '../../sql/quote.js';
import { defineMacro } from './macro.js';
import { sql, text } from './parameters.js';

const SCHEME = '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?';

export const getUrlHost = defineMacro({
  name: 'get_url_host',
  summary: 'The host of a web address, with or without a scheme before it.',
  example: "select {{get_url_host 'page'}} as host from {{ref 'visits'}}",
  parameters: { field: sql },
  write: ({ field }) => `regexp_extract(${field}, ${quoteText(`${SCHEME}([^/?#]*)`)}, 1)`,
});

export const getUrlPath = defineMacro({
  name: 'get_url_path',
  summary: 'The path of a web address, without the slash before it; an empty text where there is none.',
  example: "select {{get_url_path 'page'}} as path from {{ref 'visits'}}",
  parameters: { field: sql },
  write: ({ field }) => `regexp_extract(${field}, ${quoteText(`${SCHEME}[^/?#]*/?([^?#]*)`)}, 1)`,
});

export const getUrlParameter = defineMacro({
  name: 'get_url_parameter',
  summary:
    'The value of a parameter behind the `?` of a web address, as it stands there; NULL where it is not there or empty.',
  example: "select {{get_url_parameter 'page' 'utm_medium'}} as medium from {{ref 'visits'}}",
  parameters: { field: sql, url_parameter: text },
  write({ field, url_parameter }) {
    const name = url_parameter.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
    return `nullif(regexp_extract(${field}, ${quoteText(`[?&]${name}=([^&#]*)`)}, 1), '')`;
  },
});
