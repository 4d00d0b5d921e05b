/** Writes the sample portal's folder: the same bytes for the same day and seed, at any time, on any machine. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LakeError } from '../../errors/lake-error.js';
import { describeSample, repositoryFolder, type SampleTables, workbookFile } from './describe-sample.js';
import { laDatasets, requests311 } from './la.js';
import { crashes } from './nyc-crashes.js';
import { persons, vehicles } from './nyc-people.js';
import type { SampleSettings, SampleTable } from './sample-table.js';
import { statsbombFiles } from './statsbomb.js';
import {
  miscellaneousData,
  miscellaneousFirearms,
  reportedCrimes,
  shootingOccurrences,
} from './toronto-annual.js';
import { majorCrimes, theftsFromVehicles } from './toronto-major-crimes.js';
import { homicides, shootings } from './toronto-shootings.js';
import { wellbeingWorkbook } from './toronto-wellbeing.js';

/** Raised with every change of what is generated, so that older folders are made anew. */
const generatorVersion = 2;
const markerFile = '.sample.json';

/**
 * Makes sure that `dir` is the sample portal of a day. A folder that is already right is left alone; another one is
 * replaced as a whole. Day 1 is the first state; from day to day `shootings`,
 * `major_crime_indicators`, `crashes` and the newest year of `requests_311` move.
 * @throws LakeError LK7104 when the folder cannot be written, or holds something that is not a sample portal.
 */
export async function ensureSample(dir: string, settings: SampleSettings): Promise<void> {
  const marker = `${JSON.stringify({ generator: generatorVersion, seed: settings.seed, day: settings.day })}\n`;
  const target = path.resolve(dir);
  const found = await markerOf(target);
  if (found === marker) return;
  try {
    if (found === undefined && (await isFilled(target))) {
      throw new LakeError('LK7104', `${target} holds something else than a sample portal`, {
        hint: 'Name another folder, or empty this one.',
      });
    }
    await makeFolder(target, settings, marker);
  } catch (error) {
    if (error instanceof LakeError) throw error;
    throw new LakeError('LK7104', `The sample portal cannot be written to ${target}`, {
      hint: 'Check that the folder is writable and the disk is not full.',
      cause: error,
    });
  }
}

/** Writes beside the target and renames: nobody sees half a sample. */
async function makeFolder(target: string, settings: SampleSettings, marker: string): Promise<void> {
  const staged = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeSample(staged, settings, marker);
    await replaceFolder(target, staged, marker);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

async function markerOf(dir: string): Promise<string | undefined> {
  return readFile(path.join(dir, markerFile), 'utf8').catch(() => undefined);
}

async function writeSample(dir: string, settings: SampleSettings, marker: string): Promise<void> {
  const tables = generateTables(settings);
  const files = new Map<string, string | Buffer>();
  for (const table of listTables(tables)) files.set(table.file, table.bytes);
  files.set(workbookFile, await wellbeingWorkbook(settings));
  for (const [name, text] of Object.entries(statsbombFiles(settings)))
    files.set(`${repositoryFolder}/${name}`, text);
  files.set('portal.yml', await describeSample(tables));
  files.set(markerFile, marker);
  const write = async ([name, content]: [string, string | Buffer]) => {
    const file = path.join(dir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  };
  await Promise.all([...files].map(write));
}

function generateTables(settings: SampleSettings): SampleTables {
  return {
    majorCrimes: majorCrimes(settings),
    shootingOccurrences: shootingOccurrences(settings),
    reportedCrimes: reportedCrimes(settings),
    miscellaneousData: miscellaneousData(settings),
    homicides: homicides(settings),
    miscellaneousFirearms: miscellaneousFirearms(settings),
    theftsFromVehicles: theftsFromVehicles(settings),
    shootings: shootings(settings),
    crashes: crashes(settings),
    persons: persons(settings),
    vehicles: vehicles(settings),
    requests311: Object.fromEntries(
      Object.keys(laDatasets).map((year) => [year, requests311(settings, Number(year))]),
    ),
  };
}

function listTables({ requests311: years, ...tables }: SampleTables): SampleTable[] {
  return [...Object.values(tables), ...Object.values(years)];
}

/** A process that makes the same sample at the same time may be first: its folder is as good. */
async function replaceFolder(target: string, staged: string, marker: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const old = `${staged}.old`;
  if (await isFilled(target)) await rename(target, old).catch(unlessGone);
  try {
    await rename(staged, target);
  } catch (error) {
    if ((await markerOf(target)) !== marker) throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function isFilled(dir: string): Promise<boolean> {
  const names = await readdir(dir).catch(unlessGone);
  return names !== undefined && names.length > 0;
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
