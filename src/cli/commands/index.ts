/** All commands, in the groups and the order of `--help`. A new command is one file and one line here. */
import type { Command } from 'commander';
import { registerBuild } from './build.js';
import { registerCompile } from './compile.js';
import { registerDiff } from './diff.js';
import { registerDrift } from './drift.js';
import { registerDrop } from './drop.js';
import { registerExplain } from './explain.js';
import { registerExport } from './export.js';
import { registerFetch } from './fetch.js';
import { registerFreshness } from './freshness.js';
import { registerHistory } from './history.js';
import { registerLs } from './ls.js';
import { registerOptimize } from './optimize.js';
import { registerPlan } from './plan.js';
import { registerPortal } from './portal.js';
import { registerPublish } from './publish.js';
import { registerQuery } from './query.js';
import { registerRetry } from './retry.js';
import { registerRollback } from './rollback.js';
import { registerRun } from './run.js';
import { registerSchema } from './schema.js';
import { registerSeed } from './seed.js';
import { registerShow } from './show.js';
import { registerSnapshot } from './snapshot.js';
import { registerTest } from './test.js';
import { registerVacuum } from './vacuum.js';

export const commands: readonly { readonly group: string; readonly register: (program: Command) => void }[] =
  [
    { group: 'Run', register: registerBuild },
    { group: 'Run', register: registerRun },
    { group: 'Run', register: registerFetch },
    { group: 'Run', register: registerTest },
    { group: 'Run', register: registerSeed },
    { group: 'Run', register: registerSnapshot },
    { group: 'Run', register: registerFreshness },
    { group: 'Run', register: registerRetry },
    { group: 'Develop', register: registerPlan },
    { group: 'Develop', register: registerCompile },
    { group: 'Develop', register: registerLs },
    { group: 'Develop', register: registerShow },
    { group: 'Develop', register: registerQuery },
    { group: 'Develop', register: registerExplain },
    { group: 'Lake', register: registerPublish },
    { group: 'Lake', register: registerExport },
    { group: 'Lake', register: registerHistory },
    { group: 'Lake', register: registerDiff },
    { group: 'Lake', register: registerDrift },
    { group: 'Lake', register: registerDrop },
    { group: 'Lake', register: registerRollback },
    { group: 'Lake', register: registerOptimize },
    { group: 'Lake', register: registerVacuum },
    { group: 'Project', register: registerSchema },
    { group: 'Project', register: registerPortal },
  ];
