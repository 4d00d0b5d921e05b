/** What there is to read: the parts' files, archives unpacked, each with the format that its bytes have. */
import type { DecodeHint } from '../../sources/types.js';
import type { DecodeTask } from '../types.js';
import { quoted } from './archive/archive-error.js';
import { unpack } from './archive/unpack.js';
import type { Reading } from './layout.js';
import type { Scratch } from './scratch.js';
import { sniffFormat } from './sniff-format.js';

type Part = DecodeTask['parts'][number];

/** @throws LakeError LK5018 for an archive that cannot or must not be unpacked. */
export async function readingsOf(task: DecodeTask, scratch: Scratch): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const [index, part] of task.parts.entries()) {
    if (part.decode.format !== 'zip') readings.push({ index, part });
    else readings.push(...(await unpacked(part, index, scratch)));
  }
  return readings;
}

/** A reading for each member; a file that is no archive after all is read as what it is. */
async function unpacked(part: Part, index: number, scratch: Scratch): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const path of part.files) {
    if ((await sniffFormat(path)) !== 'zip') {
      readings.push({ index, part: await asItIs(part, path) });
      continue;
    }
    const members = await unpack(path, part.decode.member, scratch.path('member'), part.label);
    for (const { name, variables, path: file } of members) {
      const own = await asItIs(part, file);
      scratch.names.set(file, quoted(name));
      const label = `${part.label}, ${quoted(name)}`;
      readings.push({ index, part: { ...own, label, variables: { ...part.variables, ...variables } } });
    }
  }
  return readings.length > 0 ? readings : [{ index, part: { ...part, decode: { format: 'csv' } } }];
}

/** The part with this file alone and the file's own format; what the manifest says of reading decides first. */
async function asItIs(part: Part, path: string): Promise<Part> {
  return { ...part, files: [path], decode: { ...part.decode, format: await formatOf(path, part.decode) } };
}

async function formatOf(path: string, hint: DecodeHint): Promise<DecodeHint['format']> {
  if (hint.records !== undefined || hint.explode !== undefined) return 'json';
  if (hint.sheet !== undefined) return 'xlsx';
  if (hint.delimiter !== undefined || hint.quote !== undefined) return 'csv';
  const sniffed = await sniffFormat(path);
  if (sniffed === 'json' || sniffed === 'parquet') return sniffed;
  return sniffed === 'xlsx' || sniffed === 'xls' ? 'xlsx' : 'csv';
}
