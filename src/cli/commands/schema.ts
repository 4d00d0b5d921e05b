import type { Command } from 'commander';

export function registerSchema(program: Command): void {
  program
    .command('schema')
    .description('write the JSON Schemas of all YAML files, for editors')
    .option('--dir <folder>', 'folder to write to', 'schemas')
    .addHelpText(
      'after',
      '\nEditors find them by the first line of a file:\n  # yaml-language-server: $schema=../../schemas/dataset.json',
    )
    .action(async ({ dir }: { readonly dir: string }) => {
      const { writeSchemas } = await import('../../project/write-schemas.js');
      const files = await writeSchemas(dir);
      process.stderr.write(`Wrote ${files.join(', ')} to ${dir}/\n`);
    });
}
