/** Holds the run lock of a lake until it is killed or told to end: `node hold-lock.mjs ROOT RUN`. */
import { openLake } from '../../../dist/lakehouse/open-lake.js';
import { withRunLock } from '../../../dist/lakehouse/run-lock.js';

const [root, run] = process.argv.slice(2);
const lake = await openLake({ type: 'local', path: root }, root);
await withRunLock(
  lake,
  run,
  async () => {
    process.stdout.write('held\n');
    await new Promise((resolve) => process.stdin.once('data', resolve));
  },
  { ifRunning: 'fail' },
);
process.exit(0);
