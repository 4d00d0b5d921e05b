// Draws shots by their place from Arrow record batches, as SVG. Usage: node examples/code/chart.js [project] > shots.svg
import { openProject } from 'lake';

const lake = await openProject(process.argv[2] ?? '.', { target: 'sample' });
const shots = lake.query(`
  select x, y, coalesce(shot_xg, 0) as xg, shot_outcome = 'Goal' as scored
  from silver.events where type = 'Shot' and x is not null and y is not null`);

process.stdout.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="60 0 60 80">\n');
process.stdout.write('<rect x="60" width="60" height="80" fill="#e7f0e2" stroke="#567"/>\n');
// A batch has some thousand rows, column by column; the next one is computed while this one is drawn.
for await (const batch of shots) {
  const [x, y, xg, scored] = ['x', 'y', 'xg', 'scored'].map((name) => batch.getChild(name));
  for (let i = 0; i < batch.numRows; i++) {
    const radius = (0.4 + 2 * xg.get(i)).toFixed(2);
    const fill = scored.get(i) ? '#c33' : '#567';
    process.stdout.write(
      `<circle cx="${x.get(i)}" cy="${y.get(i)}" r="${radius}" fill="${fill}" fill-opacity=".6"/>\n`,
    );
  }
}
process.stdout.write('</svg>\n');
await lake.close();
