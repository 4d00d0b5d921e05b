// Ingestify's loop: every stored file of a season, as CSV in a folder. Usage: node examples/code/stored-items.js [project] [folder]
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openProject } from 'lake';

const [project = '.', folder = 'target/season'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const lake = await openProject(project, { target: 'sample' });
const season = {
  provider: 'statsbomb',
  dataset_type: 'match',
  competition_id: 11,
  season_id: 90,
  state: 'complete',
};
for await (const item of lake.datasets(season, { pageSize: 1000 })) {
  const versions = await item.versions();
  for (const file of item.files) {
    const name = `${[item.dataset, ...Object.values(item.identifier)].join('-')}.csv`;
    await pipeline(Readable.fromWeb(file.stream('csv')), createWriteStream(join(folder, name)));
    console.log(
      `${name}: ${file.rows} rows, ${file.size} bytes at ${item.provider}, versions: ${versions.length}`,
    );
  }
}
await lake.close();
