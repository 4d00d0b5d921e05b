/** An engine that finds the files of a lake on this machine, wherever the lake lies. */
import type { Engine, Relation } from '../engine/types.js';
import { isHere } from '../lakehouse/stores/store.js';
import type { Lake } from '../lakehouse/types.js';

/** Everything that reads a table names its files in relations: these are brought before a task runs, and kept until it ends. */
export function engineOn({ store }: Pick<Lake, 'store'>, engine: Engine): Engine {
  if (isHere(store)) return engine;
  const holding = async <Result>(
    relations: readonly Relation[],
    work: () => Promise<Result>,
  ): Promise<Result> => {
    const release = await store.hold(relations.flatMap(({ scans }) => scans.flatMap(({ files }) => files)));
    try {
      return await work();
    } finally {
      release();
    }
  };
  return {
    sql: (task) => holding(task.relations, () => engine.sql(task)),
    steps: (task, work) => holding(task.relations, () => engine.steps(task, work)),
    async *stream(task, signal) {
      const release = await store.hold(
        task.relations.flatMap(({ scans }) => scans.flatMap((scan) => scan.files)),
      );
      try {
        yield* engine.stream(task, signal);
      } finally {
        release();
      }
    },
    scan: (task) =>
      holding(
        task.scans.flatMap(({ relations }) => relations),
        () => engine.scan(task),
      ),
    decode: (task) => engine.decode(task),
    parse: (statements) => engine.parse(statements),
    get started() {
      return engine.started;
    },
    close: () => engine.close(),
  };
}
