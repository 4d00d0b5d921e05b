// Bundles the command and the engine's program into dist/bundle: a build loads 700 modules, and finding each of them costs
// Node more than reading it. Dependencies stay as npm installs them, and what is imported lazily stays in files of its own.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const bundle = await rolldown({
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  input: { lake: 'src/cli/main.ts', engine: 'src/engine/process/main.ts' },
  platform: 'node',
  external: (id) => !/^[./]/.test(id),
  // Sources import each other by the names of the compiled files.
  resolve: { extensionAlias: { '.js': ['.ts'] } },
});
await bundle.write({ dir: 'dist/bundle', format: 'esm', cleanDir: true });
await bundle.close();
