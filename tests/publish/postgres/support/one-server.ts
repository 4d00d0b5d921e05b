/** One server for all test files: each shelf has a schema of its own in it. */
import type { TestProject } from 'vitest/node';
import { startServer } from './server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly port: number;
  }
}

export default async function oneServer(project: TestProject): Promise<() => void> {
  const server = await startServer();
  project.provide('port', server.port);
  return () => server.remove();
}
