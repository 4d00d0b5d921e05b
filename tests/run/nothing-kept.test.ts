/** A table that keeps none of its rows, or few of them, is no quiet success: also where no version before tells so. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serve } from '../fetch/serve.js';
import { runLake } from '../support/run-lake.js';
import { tempProject } from '../support/small-city.js';
import { type City, projectIn } from './support/city.js';

const HEIGHTS = `id,height\n${Array.from({ length: 200 }, (_, i) => `${i},${i}`).join('\n')}\n`;

let site: Served;
let project: City;
beforeAll(async () => {
  site = await serve((_, response) => {
    response.end(HEIGHTS);
  });
  const dataset = (name: string, range: string, more = '') => ({
    [`datasets/${name}.yml`]: `dataset: ${name}
portal: files
source: {url: '${site.origin}/${name}.csv'}
key: [id]
fields:
  id: integer
  height: {type: integer, range: ${range}}
${more}`,
  });
  project = projectIn(
    tempProject({
      'project.yml': `name: heights\nversion: 1\nprofile: heights\nportals:\n  files: {type: http, url: '${site.origin}', timezone: UTC}\n`,
      'profiles.yml':
        'heights:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
      ...dataset('none', '[1000, 2000]'),
      ...dataset('few', '[120, 2000]'),
      ...dataset('half', '[100, 2000]'),
      ...dataset('edited', '[0, 2000]'),
      ...dataset('meant', '[1000, 2000]', 'guards: {max_quarantine_rise: 100%}\n'),
    }),
  );
});
afterAll(() => site.close());

describe('silver that would be empty though rows came', () => {
  let told: Awaited<ReturnType<typeof runLake>>;
  beforeAll(async () => {
    told = await runLake(project.root, ['build']);
  }, 90_000);
  const lines = () => (told.stdout + told.stderr).replace(/\s+/g, ' ');

  it('is refused on a first load, in words that name rule, manifest and way on; nothing is published', async () => {
    expect(told.exitCode).toBe(1);
    expect(lines()).toContain(
      'LK4023 none: all 200 rows would be quarantined, and silver would be empty: height: out of range in 200',
    );
    expect(lines()).toContain(
      'datasets/none.yml, or, if this is right, run the same command with `--accept none:quarantine_rise`; nothing of none is published yet',
    );
    await expect(project.state('silver.none')).rejects.toThrow('never built');
    expect((await project.state('bronze.none')).rows).toBe(200);
  });

  it('is published where the manifest allows it', async () => {
    expect((await project.state('silver.meant')).rows).toBe(0);
  });

  it('of which less than half is left is published with a note in its line and at the end', () => {
    expect(lines()).toContain(
      '120 of 200 rows are in quarantine: height: out of range in 120 (lake query "from silver.few__quarantine")',
    );
    expect(lines()).toContain(
      'silver.few, silver.meant keep less than half of their rows: the others are in quarantine, see the notes above',
    );
    expect(lines()).not.toContain('from silver.half__quarantine');
  });

  it('is refused again until it is accepted, and then not asked about again', async () => {
    const again = await project.build({ select: ['none'], exit: 1 });
    expect(again.node('silver.none').error).toMatchObject({
      code: 'LK4023',
      details: { guards: ['quarantine_rise'] },
    });
    await project.build({ select: ['none'], accept: ['none:quarantine_rise'] });
    expect(await project.state('silver.none')).toMatchObject({
      rows: 0,
      accepted: [{ guard: 'quarantine_rise' }],
    });
    await project.build({ select: ['none'] });
  });

  it('after another manifest is refused, too, and the version before stays', async () => {
    const path = join(project.root, 'datasets/edited.yml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('[0, 2000]', '[1000, 2000]'));
    const edited = await project.build({ select: ['edited'], exit: 1 });
    expect(edited.node('silver.edited').error).toMatchObject({
      code: 'LK4023',
      hint: expect.stringContaining('the last good version stays published'),
    });
    expect((await project.state('silver.edited')).rows).toBe(200);
  });
});
