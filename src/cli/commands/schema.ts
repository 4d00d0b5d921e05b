import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';

export function registerSchema(program: Command): void {
  program
    .command('schema')
    .summary('write the JSON Schemas of YAML files')
    .description('write the JSON Schemas of all YAML files, for editors')
    .option('--dir <folder>', 'folder to write to', 'schemas')
    .addHelpText(
      'after',
      '\nEditors find them by the first line of a file:\n  # yaml-language-server: $schema=../../schemas/dataset.json',
    )
    .action(async ({ dir }: { readonly dir: string }) => {
      const [{ jsonSchemas }, { allGenericTests }] = await Promise.all([
        import('../../project/index.js'),
        import('../../quality/generic/index.js'),
      ]);
      const schemas = await jsonSchemas(await allGenericTests());
      await mkdir(dir, { recursive: true });
      for (const [file, schema] of Object.entries(schemas)) {
        await writeFile(join(dir, file), `${JSON.stringify(schema, null, 2)}\n`);
      }
      process.stderr.write(`Wrote ${Object.keys(schemas).join(', ')} to ${dir}/\n`);
    });
}
