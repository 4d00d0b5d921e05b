/** `profiles.yml`, in dbt's shape: profile → target → outputs. */
import * as z from 'zod/mini';
import { headers } from './source.js';
import { choice, flag, optional, required, say, text, wholeNumber } from './words.js';

const store = <const T extends string>(type: T) => required(z.literal(type), 'Kind of store.');
const bucket = () => required(text(), 'Name of the bucket.');
const prefix = () => optional(text(), 'Folder in the bucket.');
const endpoint = () => optional(text(), 'Address of the service, where it is not the usual one.');
const anonymous = () => optional(flag(), 'true: no credentials are sent.');
const size = () =>
  say(z.string().check(z.regex(/^[0-9]+(\.[0-9]+)? ?([KMGT]i?)?B$/)), { expected: 'a size such as 4GB' });

const gcs = () => ({
  type: store('gcs'),
  bucket: bucket(),
  prefix: prefix(),
  endpoint: endpoint(),
  anonymous: anonymous(),
  key_file: optional(
    text(),
    'Key file of a service account, relative to the project or absolute; left out, the application-default credentials.',
  ),
  user_project: optional(text(), 'Project that pays, where the requester does.'),
  kms_key_name: optional(text(), 'Cloud KMS key that encrypts what is written.'),
});

const s3 = () => ({
  type: store('s3'),
  bucket: bucket(),
  prefix: prefix(),
  region: optional(text(), 'Region of the bucket.'),
  endpoint: endpoint(),
  anonymous: anonymous(),
  profile: optional(text(), 'Profile of the AWS configuration files; left out, what the environment says.'),
  force_path_style: optional(
    flag(),
    "true: the bucket stands in the path of addresses, as servers of one's own want it.",
  ),
});

const lake = () =>
  say(
    z.discriminatedUnion('type', [
      z.strictObject({
        type: store('local'),
        path: required(text(), 'Folder of the lake, relative to the project or absolute.'),
      }),
      z.strictObject(gcs()),
      z.strictObject(s3()),
    ]),
    { expected: 'a lake: a mapping with its type (local, gcs or s3)' },
  );

const fileFormat = () =>
  optional(choice('parquet', 'csv', 'json', 'geojson'), 'Format of the files; parquet by default.');

const publishTarget = () =>
  say(
    z.discriminatedUnion('type', [
      z.strictObject({
        type: store('postgres'),
        dsn: required(text(), 'Connection string. Secret.'),
        schema: optional(text(), 'Schema of the tables; public by default.'),
      }),
      z.strictObject({
        type: store('files'),
        path: required(text(), 'Folder of the files, relative to the project or absolute.'),
        format: fileFormat(),
      }),
      z.strictObject({ ...gcs(), format: fileFormat() }),
      z.strictObject({ ...s3(), format: fileFormat() }),
      z.strictObject({
        type: store('duckdb'),
        path: required(text(), 'File that holds all tables that are published to it; replaced whole.'),
      }),
      z.strictObject({
        type: store('sqlite'),
        path: required(text(), 'File that holds all tables that are published to it; replaced whole.'),
      }),
      z.strictObject({
        type: store('openlineage'),
        url: required(text(), 'Address that receives the events.'),
        token: optional(text(), 'Access token. Secret.'),
        headers: optional(headers(), 'Further request headers. Secret.'),
      }),
    ]),
    {
      expected:
        'a publish target: a mapping with its type (postgres, files, gcs, s3, duckdb, sqlite or openlineage)',
    },
  );

const output = () =>
  z.strictObject({
    type: required(choice('duckdb'), 'The engine.'),
    threads: optional(wholeNumber(1), 'Threads of the engine; one for each core by default.'),
    memory_limit: optional(size(), 'Most memory that the engine takes.'),
    temp_directory: optional(text(), 'Folder that the engine spills to; inside the lake by default.'),
    portal: optional(
      text(),
      'sample: the local portal with generated data. A folder: the local portal with recorded files. Left out: the real portals.',
    ),
    lake: required(lake(), 'Where the tables lie.'),
    cache: optional(
      say(
        z.strictObject({
          path: optional(
            text(),
            'Folder, relative to the project or absolute; target/cache by default. Projects may share one.',
          ),
          max_size: optional(size(), 'What it holds at most; 20GB by default. What was used last stays.'),
        }),
        { expected: 'a mapping with path and max_size' },
      ),
      'Copies on this machine of the files of a lake in a bucket.',
    ),
    auto_compact: optional(
      wholeNumber(0),
      'How many small files a table may have before a build writes their rows into fewer; 50 by default, 0 for never. See `lake optimize`.',
    ),
    publish: optional(
      say(z.record(z.string(), publishTarget()), { expected: 'a mapping of names to publish targets' }),
      'Where tables may be published to besides.',
    ),
  });

export const profiles = () =>
  say(
    z.record(
      z.string(),
      z.strictObject({
        target: optional(text(), 'The output that is used when no --target is given; sample if left out.'),
        outputs: required(
          say(z.record(z.string(), output()), { expected: 'a mapping of names to outputs' }),
          'The outputs: an engine, a lake and the portals to read.',
        ),
      }),
    ),
    { title: 'lake profiles', description: 'profiles.yml: where a build reads from and writes to.' },
  );

export type ProfilesFile = z.infer<ReturnType<typeof profiles>>;
