// Start-up of the whole process, as a person waits for it: median of nine runs after one to warm the disk cache. Fails when a
// median is above its target; on a machine that does other work at the same time, `--report` only tells.
// usage: node bench/startup.mjs [--report]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cases = [
  { name: 'node -e 0 (floor)', args: ['-e', '0'] },
  { name: 'lake --help', args: ['bin/lake.js', '--help'], target: 200 },
  { name: 'lake ls', args: ['bin/lake.js', 'ls'], target: 500 },
  { name: 'lake compile, unchanged', args: ['bin/lake.js', 'compile'], target: 500 },
  { name: 'lake build, unchanged', args: ['bin/lake.js', 'build'], target: 1000 },
];

function once(args) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
}

const above = [];
console.log(`Node.js ${process.version}, milliseconds, median and range of 9`);
for (const { name, args, target } of cases) {
  once(args);
  const times = Array.from({ length: 9 }, () => once(args)).sort((a, b) => a - b);
  const [low, middle, high] = [times[0], times[4], times[8]].map((t) => Math.round(t));
  if (target && middle > target) above.push(`${name}: ${middle} ms, target ${target} ms`);
  console.log(
    `${name.padEnd(26)} ${String(middle).padStart(5)}  (${low}–${high})${target ? `  target ${target}` : ''}`,
  );
}
for (const what of above) console.error(`above its target: ${what}`);
if (above.length > 0 && !process.argv.includes('--report')) process.exitCode = 1;
