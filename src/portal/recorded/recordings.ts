/** Every recorded answer of one origin, by what was asked. Read when the first request comes. */
import { readFile } from 'node:fs/promises';
import type { RecordedAnswer, RecordedAnswers } from '../types.js';
import { type Recorded, readCassette } from './cassette.js';

/** Finds recorded answers. What was asked several times is answered in the recorded order, the last one for good. */
export class Recordings {
  private loaded: Promise<ReadonlyMap<string, Recorded[]>> | undefined;

  constructor(
    private readonly spec: RecordedAnswers,
    private readonly origin: string,
  ) {}

  /** The answer to this request; undefined when it was never recorded. @param target path and query. */
  async find(method: string, target: string): Promise<Recorded | undefined> {
    this.loaded ??= this.load();
    const answers = (await this.loaded).get(keyOf(method === 'HEAD' ? 'GET' : method, target));
    return answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0];
  }

  private async load(): Promise<ReadonlyMap<string, Recorded[]>> {
    const answers = new Map<string, Recorded[]>();
    const add = (recorded: Recorded) => {
      const { origin, pathname, search } = new URL(recorded.url);
      if (origin !== this.origin) return;
      const key = keyOf(recorded.method, pathname + search);
      const known = answers.get(key);
      if (known === undefined) answers.set(key, [recorded]);
      else known.push(recorded);
    };
    for (const file of this.spec.cassettes) (await readCassette(file)).forEach(add);
    for (const answer of this.spec.answers) add(await this.answer(answer));
    return answers;
  }

  private async answer({ at, file, status, contentType, resultOf }: RecordedAnswer): Promise<Recorded> {
    const bytes = await readFile(file.path);
    const help = JSON.stringify(`${this.origin}/api/3/action/help_show?name=${resultOf}`);
    const head = `{"help": ${help}, "success": true, "result": `;
    return {
      method: 'GET',
      url: this.origin + at,
      status,
      headers: { 'content-type': contentType },
      body: resultOf === undefined ? bytes : Buffer.concat([Buffer.from(head), bytes, Buffer.from('}')]),
    };
  }
}

/** The same for the same question: the order of parameters and their percent-encoding do not count. */
function keyOf(method: string, target: string): string {
  const { pathname, searchParams } = new URL(target, 'http://portal');
  return JSON.stringify([method, pathname, [...searchParams].sort()]);
}
