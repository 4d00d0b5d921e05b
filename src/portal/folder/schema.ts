/**
 * The language of `portal.yml`. Loaded only when a folder is read, for zod is heavy. What each key means stands in
 * `../types.ts`, under the same name in camel case. In short:
 *
 *     root: ../data                      # what files are relative to; itself relative to portal.yml
 *     day: 2                             # which of a table's `days` is served; the newest without it
 *     origins:
 *       https://data.example.org:        # a real origin; one loopback server each
 *         type: socrata                  # ckan: packages · socrata: datasets · github: repos · http: folder, files
 *         datasets:
 *           abcd-1234:
 *             cap: 10000
 *             table:
 *               columns: {id: number, name: {type: text, from: Full Name}}     # or a list of names, or left out
 *               days:
 *                 1: {files: [a.csv], updated_at: 2026-01-01T00:00:00Z}
 *                 2: {files: [b.csv], updated_at: 2026-01-02T00:00:00Z}
 *         recorded:                      # of any type of origin: real answers, played back byte for byte
 *           cassettes: [vcrpy.yaml]
 *           answers: {/api/views/abcd-1234.json: {file: view.json}}     # status, content_type, result_of: package_show
 *     faults:
 *       - {at: '/resource/*', kind: status, status: 503, retry_after: 1, times: 2}
 *     # or faults by chance, as --faults has them:
 *     faults: status429=0.1,cut=0.02
 *     seed: 7
 *
 * CSV files may be of any RFC 4180 dialect. One whose every value is quoted (NULL: an empty field) is served as it lies
 * on disk, without being held in memory; Socrata's system fields are its columns `:id` and `:updated_at`, behind the others.
 */
import { z } from 'zod';

const ckanType = z.enum(['text', 'int4', 'int8', 'float8', 'numeric', 'bool', 'date', 'timestamp', 'json']);
const socrataType = z.enum([
  'text',
  'number',
  'floating_timestamp',
  'fixed_timestamp',
  'checkbox',
  'location',
  'point',
  'url',
]);

/** A list of names (all text), or name → type, or name → {type, from}. */
function columns<T extends z.ZodType>(type: T) {
  return z.union([
    z.array(z.string().min(1)).min(1),
    z.record(
      z.string().min(1),
      z.union([type, z.strictObject({ type, from: z.string().optional() })], {
        error: 'not a column type of this portal',
      }),
    ),
  ]);
}

const instant = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/,
    'not an instant such as 2026-10-01T10:00:00Z',
  );

function table<T extends z.ZodType>(type: T) {
  const keys = {
    files: z.array(z.string().min(1)).min(1).optional(),
    columns: columns(type).optional(),
    drop: z.array(z.string()).optional(),
    records: z.string().optional(),
    spread: z.string().optional(),
    dialect: z.enum(['api', 'export']).optional(),
    counted: z.strictObject({ rows: z.int().min(0), bytes: z.int().min(0) }).optional(),
    updated_at: instant.optional(),
  };
  return z.strictObject({
    ...keys,
    days: z.record(z.string().regex(/^[0-9]+$/, 'days are whole numbers'), z.strictObject(keys)).optional(),
  });
}

const ckanTable = table(ckanType);
const socrataTable = table(socrataType);
/** What `table()` yields, without the portal's own type names. */
export type TableYaml = z.infer<typeof ckanTable> | z.infer<typeof socrataTable>;

const recorded = z.strictObject({
  cassettes: z.array(z.string().min(1)).optional(),
  answers: z
    .record(
      z.string().regex(/^\//, 'an answer is listed by path and query, from the slash on'),
      z.strictObject({
        file: z.string().min(1),
        status: z.int().min(200).max(599).optional(),
        content_type: z.string().optional(),
        result_of: z.string().optional(),
      }),
    )
    .optional(),
});

const base = {
  gzip: z.boolean().optional(),
  down: z.boolean().optional(),
  recorded: recorded.optional(),
};

const ckan = z.strictObject({
  type: z.literal('ckan'),
  ...base,
  internal_origin: z.url().optional(),
  packages: z.record(
    z.string().regex(/^[a-z0-9_-]+$/, 'a package name is lower-case letters, digits, - and _'),
    z.strictObject({
      id: z.string().optional(),
      title: z.string().optional(),
      notes: z.string().optional(),
      category: z.enum(['Table', 'Map', 'Document']).optional(),
      refresh_rate: z.string().optional(),
      topics: z.string().optional(),
      division: z.string().optional(),
      license: z.string().optional(),
      resources: z.array(
        z.strictObject({
          name: z.string().min(1),
          id: z.string().optional(),
          format: z.string().optional(),
          table: ckanTable.optional(),
          file: z.string().optional(),
          filename: z
            .string()
            .regex(/^[^/\\]+$/, 'a file name without folders')
            .optional(),
          updated_at: instant.optional(),
          cap: z.int().min(1).optional(),
          cache_copies: z.boolean().optional(),
        }),
      ),
    }),
  ),
});

const socrata = z.strictObject({
  type: z.literal('socrata'),
  ...base,
  tokens: z.array(z.string()).optional(),
  datasets: z.record(
    z.string().regex(/^[a-z0-9]{4}-[a-z0-9]{4}$/, 'a dataset id has the shape abcd-1234'),
    z.strictObject({
      name: z.string().optional(),
      description: z.string().optional(),
      category: z.string().optional(),
      attribution: z.string().optional(),
      row_identifier: z.string().optional(),
      cap: z.int().min(1).optional(),
      table: socrataTable,
    }),
  ),
});

const files = {
  folder: z.string().optional(),
  files: z.record(z.string().min(1), z.string().min(1)).optional(),
};

const github = z.strictObject({
  type: z.literal('github'),
  ...base,
  repos: z.record(
    z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'a repository has the shape owner/name'),
    z.strictObject({ ref: z.string().optional(), ...files }),
  ),
});

const http = z.strictObject({ type: z.literal('http'), ...base, ...files });

const fault = z.strictObject({
  at: z.string().min(1),
  origin: z.string().optional(),
  kind: z.enum(['status', 'html', 'reset', 'cut', 'rows', 'count', 'delay']),
  status: z.int().min(100).max(599).optional(),
  retry_after: z.union([z.number(), z.string()]).optional(),
  bytes: z.int().min(0).optional(),
  by: z.int().optional(),
  ms: z.int().min(0).optional(),
  after: z.int().min(0).optional(),
  times: z.int().min(1).optional(),
});

/** A whole `portal.yml`. */
export const portalYaml = z.strictObject({
  root: z.string().optional(),
  day: z.int().min(0).optional(),
  origins: z.record(
    z.string().regex(/^https?:\/\/[^/]+$/, 'an origin is a scheme and a host, without a path'),
    z.discriminatedUnion('type', [ckan, socrata, github, http]),
  ),
  faults: z.union([z.string(), z.array(fault)]).optional(),
  seed: z.int().min(0).optional(),
});

/** What `portalYaml` yields. */
export type PortalYaml = z.infer<typeof portalYaml>;
