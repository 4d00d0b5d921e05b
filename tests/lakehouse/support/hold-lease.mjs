/** Holds the lease of a lake until it is killed or told to end: `node hold-lease.mjs ROOT RUN`. */

import { withRunLease } from '../../../dist/lakehouse/leases/run-lease.js';
import { openLake } from '../../../dist/lakehouse/open-lake.js';

const [root, run] = process.argv.slice(2);
const lake = await openLake({ type: 'local', path: root }, root);
await withRunLease(
  lake,
  { run, tables: ['silver.x'], folder: `/projects/${run}` },
  async () => {
    process.stdout.write('held\n');
    await new Promise((resolve) => process.stdin.once('data', resolve));
  },
  { ifRunning: 'fail' },
);
process.exit(0);
