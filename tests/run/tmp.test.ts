import { test } from 'vitest';
import { city } from './support/city.js';
test('x', async () => {
  const P = { files: {'benches.csv': 'bench,park\nb1,High Park\nb2,Riverdale\n'} };
  const F = {'datasets/benches.yml': `dataset: benches
portal: files
source: {url: benches.csv}
key: [bench]
fields: {bench: varchar, park: varchar}
`, 'models/gold/a.sql': `select park, count(*) as trees from {{ref 'benches'}}\ngroup by park\n`};
  const p = city(F, P);
  await p.build();
  for (const sql of [`select park, count(*) as trees from {{ref 'benches'}}\n\n group by park\n`, `select park, count(*) as trees from {{ref 'benches'}} -- x\ngroup by park\n`, `SELECT park, count(*) AS trees from {{ref 'benches'}}\ngroup by park\n`,`select park, COUNT(*) as trees from {{ref 'benches'}}\ngroup by park\n`,`select park, count(*) as trees from {{ref 'benches'}}\ngroup by park;\n`]) {
    p.write({'models/gold/a.sql': sql});
    const r = await p.build();
    console.log(sql, r.engineStarted, r.statuses, r.node('gold.a').reason);
  }
  p.write({'datasets/benches.yml': F['datasets/benches.yml'] + 'description: x\n'});
    const r = await p.build();
    console.log( r.engineStarted, r.statuses, r.node('silver.benches').reason);
  p.remove();
});
