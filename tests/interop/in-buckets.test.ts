/**
 * The whole sample project in a folder, on Google's protocol and on S3's, read by delta-rs, Polars and (with SPARK_PYTHON) Spark: the rows and
 * sums that `lake.duckdb` has. What delta-rs and Spark append to these tables is told as another writer's, and replaced.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../lakehouse/support/temporary-folder.js';
import { type Server, s3Keys, startFakeGcs, startVersitygw } from '../stores/support/servers.js';
import { bucketProfiles } from '../support/bucket-profiles.js';
import { runLake } from '../support/run-lake.js';
import { copySampleProject } from '../support/sample-project.js';

const MINUTES = 60_000;
const python = process.env['LAKE_PYTHON'] ?? 'python3';
const sparkPython = process.env['SPARK_PYTHON'];
const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

type Sums = Readonly<
  Record<string, { readonly rows: number; readonly sums: Readonly<Record<string, number | null>> }>
>;

interface Place {
  readonly lake: string;
  /** Spark's name for it, and what it needs. */
  readonly spark: string;
  readonly options: Readonly<Record<string, string>>;
  readonly conf: Readonly<Record<string, string>>;
  readonly jars: readonly string[];
}

let folder: TemporaryFolder;
let servers: readonly Server[];
let places: Readonly<Record<string, Place>>;
let tables: readonly string[];
let expected: Sums;

beforeAll(async () => {
  folder = await temporaryFolder();
  copySampleProject(folder.path);
  servers = await Promise.all([startFakeGcs({ xml: true }), startVersitygw()]);
  for (const server of servers) await server.makeBucket('citylake');
  const [gcs, s3] = servers.map(({ origin }) => origin) as [string, string];
  await writeFile(join(folder.path, 'profiles.yml'), bucketProfiles({ gcs, s3, bucket: 'citylake' }));
  await mkdir(join(folder.path, 'target'), { recursive: true });
  const account = {
    gcs_base_url: gcs,
    disable_oauth: true,
    client_email: '',
    private_key: '',
    private_key_id: '',
  };
  places = {
    local: {
      lake: join(folder.path, 'lake'),
      spark: join(folder.path, 'lake'),
      options: {},
      conf: {},
      jars: ['delta-'],
    },
    gcs: {
      lake: 'gs://citylake/city',
      spark: 'gs://citylake/city',
      options: { google_service_account_key: JSON.stringify(account) },
      conf: {
        'spark.hadoop.fs.gs.impl': 'com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem',
        'spark.hadoop.fs.AbstractFileSystem.gs.impl': 'com.google.cloud.hadoop.fs.gcs.GoogleHadoopFS',
        'spark.hadoop.fs.gs.storage.root.url': `${gcs}/`,
        // Without both it asks the machine that it runs on for credentials.
        'spark.hadoop.fs.gs.auth.service.account.enable': 'false',
        'spark.hadoop.fs.gs.auth.null.enable': 'true',
        'spark.hadoop.fs.gs.project.id': 'none',
      },
      jars: ['delta-', 'gcs-connector'],
    },
    s3: {
      lake: 's3://citylake/city',
      spark: 's3a://citylake/city',
      options: {
        aws_endpoint_url: s3,
        aws_allow_http: 'true',
        aws_conditional_put: 'etag',
        aws_region: 'us-east-1',
        aws_access_key_id: s3Keys.AWS_ACCESS_KEY_ID,
        aws_secret_access_key: s3Keys.AWS_SECRET_ACCESS_KEY,
      },
      conf: {
        'spark.hadoop.fs.s3a.endpoint': s3,
        'spark.hadoop.fs.s3a.endpoint.region': 'us-east-1',
        'spark.hadoop.fs.s3a.path.style.access': 'true',
        'spark.hadoop.fs.s3a.connection.ssl.enabled': 'false',
        'spark.hadoop.fs.s3a.aws.credentials.provider':
          'org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider',
        'spark.hadoop.fs.s3a.access.key': s3Keys.AWS_ACCESS_KEY_ID,
        'spark.hadoop.fs.s3a.secret.key': s3Keys.AWS_SECRET_ACCESS_KEY,
      },
      jars: ['delta-', 'hadoop-aws', 'bundle-', 'analyticsaccelerator'],
    },
  };
  for (const target of Object.keys(places)) {
    const { exitCode, stderr } = await lake('build', '--target', target);
    expect(`${target}: ${exitCode} ${exitCode === 0 ? '' : stderr}`).toBe(`${target}: 0 `);
  }
  const listed = await lake(
    'query',
    "select schema_name || '.' || view_name as name from duckdb_views() where not internal and schema_name in ('bronze', 'silver', 'gold') order by 1",
    '--output',
    'json',
  );
  const views = new Set(['gold.la_request_states']);
  tables = (JSON.parse(listed.stdout) as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => !views.has(name));
  expect(tables.length).toBeGreaterThan(50);
  expected = await sums(python, program('table_sums.py'), [
    'duckdb',
    join(folder.path, 'lake/lake.duckdb'),
    ...tables,
  ]);
}, 15 * MINUTES);

afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()));
  await folder.remove();
});

const lake = (...args: readonly string[]) => runLake(folder.path, args, s3Keys);

async function sums(
  command: string,
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Sums> {
  const { stdout } = await execa(command, [file, ...args], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** Doubles are added up in another order by each reader. */
function differing(found: Sums, wanted: Sums): readonly string[] {
  const near = (a: number | null | undefined, b: number | null | undefined): boolean =>
    a === b ||
    (typeof a === 'number' &&
      typeof b === 'number' &&
      Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)));
  return Object.entries(wanted).flatMap(([table, { rows, sums: ours }]) => {
    const theirs = found[table];
    const columns = [...new Set([...Object.keys(ours), ...Object.keys(theirs?.sums ?? {})])];
    const wrong = columns.filter((name) => !near(theirs?.sums[name], ours[name]));
    return rows === theirs?.rows && wrong.length === 0
      ? []
      : [
          `${table}: ${rows} rows, read ${theirs?.rows}; ${wrong.map((name) => `${name} ${ours[name]}, read ${theirs?.sums[name]}`).join('; ')}`,
        ];
  });
}

async function inSpark(place: Place, operation: string, ...args: readonly string[]): Promise<Sums> {
  return sums(sparkPython!, program('spark_tables.py'), [operation, ...args], {
    SPARK_CONF: JSON.stringify(place.conf),
    SPARK_JARS: JSON.stringify(place.jars),
    SPARK_LOCAL_IP: '127.0.0.1',
  });
}

const deltaRs = (place: Place, operation: string, table: string, argument: string) =>
  execa(python, [program('delta_rs.py'), `${place.lake}/${table.replace('.', '/')}`, operation, argument], {
    env: { STORAGE_OPTIONS: JSON.stringify(place.options) },
  });

/** What the next build of a table says of who wrote to it. */
async function foreignNote(target: string, table: string): Promise<string> {
  const { stdout, stderr, exitCode } = await lake('build', '--target', target, '--select', table);
  expect(`${exitCode} ${exitCode === 0 ? '' : stderr}`).toBe('0 ');
  return `${stdout}${stderr}`;
}

const BOROUGHS = 'gold.nyc_boroughs';
const stranger = JSON.stringify([{ borough: 'Atlantis' }]);

describe.each(['local', 'gcs', 's3'])('the sample project: %s', (target) => {
  const restored = async () => {
    const found = await sums(python, program('table_sums.py'), ['polars', places[target]!.lake, BOROUGHS], {
      STORAGE_OPTIONS: JSON.stringify(places[target]!.options),
    });
    expect(differing(found, { [BOROUGHS]: expected[BOROUGHS]! })).toEqual([]);
  };

  test.each(['delta-rs', 'polars'])(
    'every table has the same rows and sums in %s',
    async (reader) => {
      const place = places[target]!;
      const found = await sums(python, program('table_sums.py'), [reader, place.lake, ...tables], {
        STORAGE_OPTIONS: JSON.stringify(place.options),
      });
      expect(differing(found, expected)).toEqual([]);
    },
    10 * MINUTES,
  );

  // The emulator of Google's store takes no writes from delta-rs.
  test.skipIf(target === 'gcs')(
    'rows that delta-rs appends are told as its own, and replaced',
    async () => {
      await deltaRs(places[target]!, 'append', BOROUGHS, stranger);
      expect(await foreignNote(target, BOROUGHS)).toMatch(
        /delta-rs:\S+ wrote to it: version \d+ added 1 row in 1 file/,
      );
      await restored();
    },
    5 * MINUTES,
  );

  test.runIf(sparkPython)(
    'every table of silver and gold has the same rows and sums in Spark',
    async () => {
      const place = places[target]!;
      const read = tables.filter((name) => /^(silver|gold)\./.test(name) && !name.endsWith('__quarantine'));
      const address = (name: string) => `${place.spark}/${name.replace('.', '/')}`;
      const found = await inSpark(place, 'sums', ...read.map(address));
      const byName = Object.fromEntries(read.map((name) => [name, found[address(name)]!]));
      expect(differing(byName, Object.fromEntries(read.map((name) => [name, expected[name]!])))).toEqual([]);
    },
    20 * MINUTES,
  );

  test.runIf(sparkPython && target === 'local')(
    'rows that Spark appends are told as its own, and replaced',
    async () => {
      const place = places[target]!;
      await inSpark(place, 'append', `${place.spark}/gold/nyc_boroughs`, stranger);
      expect(await foreignNote(target, BOROUGHS)).toMatch(
        /Apache-Spark\/\S+ Delta-Lake\/\S+ wrote to it: version \d+ added 1 row in 1 file/,
      );
      await restored();
    },
    10 * MINUTES,
  );
});
