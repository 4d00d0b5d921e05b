/** A project of models whose targets are buckets of real servers, and the command line on it. */
import { expect } from 'vitest';
import { openLake } from '../../../src/lakehouse/open-lake.js';
import type { Lake } from '../../../src/lakehouse/types.js';
import type { LakeLocation } from '../../../src/project/types.js';
import { runLake } from '../../support/run-lake.js';
import { type Files, type TempProject, tempProject } from '../../support/small-city.js';
import { type Server, s3Keys, startFakeGcs, startVersitygw } from './servers.js';

/** One server of either protocol. */
export const kinds = [
  { name: 'Google Cloud Storage', type: 'gcs' as const, start: startFakeGcs, extra: { anonymous: true } },
  { name: 'S3', type: 's3' as const, start: startVersitygw, extra: { forcePathStyle: true } },
];
export type Kind = (typeof kinds)[number];

export interface BucketProject extends TempProject {
  readonly location: LakeLocation;
  lake(): Promise<Lake>;
  /** What a command prints as JSON. @throws AssertionError where it fails. */
  json(...args: readonly string[]): Promise<readonly Record<string, unknown>[]>;
  /** What a command tells a person. @throws AssertionError where it fails. */
  told(...args: readonly string[]): Promise<string>;
}

/** @param server Has a bucket `lake-test`. @param origin What stands in front of it. */
export function projectInBucket(
  { type, extra }: Kind,
  { origin }: Pick<Server, 'origin'>,
  files: Files,
): BucketProject {
  Object.assign(process.env, s3Keys);
  const written = type === 'gcs' ? 'anonymous: true' : 'force_path_style: true';
  const project = tempProject({
    'project.yml': 'name: shop\nversion: 1\n',
    'profiles.yml': `shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      lake: {type: ${type}, bucket: lake-test, prefix: shop, endpoint: '${origin}', ${written}}
      cache: {path: target/cache}
    disk: {type: duckdb, lake: {type: local, path: lake}}
`,
    ...files,
  });
  const location: LakeLocation = {
    type,
    bucket: 'lake-test',
    prefix: 'shop',
    endpoint: origin,
    ...extra,
    cache: { path: 'target/cache' },
  };
  const run = async (args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await runLake(project.root, args, s3Keys);
    expect(`${args[0]} ${exitCode} ${exitCode === 0 ? '' : stdout + stderr}`).toBe(`${args[0]} 0 `);
    return { stdout, stderr };
  };
  return {
    ...project,
    location,
    lake: () => openLake(location, project.root),
    json: async (...args) => JSON.parse((await run([...args, '--output', 'json'])).stdout),
    told: async (...args) => Object.values(await run(args)).join('\n'),
  };
}

export interface OwnBucket extends BucketProject {
  /** Removes the project and stops the server. */
  end(): Promise<void>;
}

/** A project in the bucket of a server of its own. */
export async function projectOnServer(kind: Kind, files: Files): Promise<OwnBucket> {
  const server = await kind.start();
  await server.makeBucket('lake-test');
  const project = projectInBucket(kind, server, files);
  return {
    ...project,
    async end() {
      project.remove();
      await server.stop();
    },
  };
}

/** A seed of so many rows: `amount` is twice the `id`. */
export function items(count: number): string {
  return `id,amount\n${Array.from({ length: count }, (_, i) => `${i},${i * 2}`).join('\n')}\n`;
}
