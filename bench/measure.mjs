// One command in a shell of its own, whose `time` counts the CPU of all processes that it waited for; peak memory is the
// sum of the proportional set sizes of its process tree, looked at every 50 ms: shared pages count once.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of wall and CPU, peak bytes of the whole process tree. Fails where the command does. */
export async function measure(name, command) {
  const child = spawn('bash', ['-c', `TIMEFORMAT='%R %U %S'; time { ${command} ; }`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  let memory = 0;
  const timer = setInterval(() => {
    memory = Math.max(memory, treeBytes(child.pid));
  }, 50);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`${name} exited with ${code}: ${err}`);
  const [wall, user, system] = err.trim().split('\n').at(-1).split(' ').map(Number);
  return { name, wall, cpu: user + system, memory };
}

function treeBytes(rootPid) {
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {}
  }
  let total = 0;
  for (const pid of parents.keys()) {
    let at = pid;
    while (at && at !== rootPid) at = parents.get(at);
    if (at !== rootPid) continue;
    try {
      const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
      total += Number(pss?.[1] ?? 0) * 1024;
    } catch {}
  }
  return total;
}
