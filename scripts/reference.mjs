// Reference pages made from what the program itself says: the help of every command, and the columns of the system tables as
// their source describes them.
import { readdirSync, readFileSync } from 'node:fs';
import { createProgram } from '../dist/cli/program.js';

/** docs/reference/cli.md: every command with its help as `--help` prints it, and the exit codes. */
export function cliReference() {
  const program = createProgram();
  const sections = program.commands.map((command) => {
    const group = command.helpGroup();
    return { group, text: `### lake ${command.name()}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`` };
  });
  const groups = [...new Set(sections.map(({ group }) => group))];
  const body = groups.map(
    (group) =>
      `## ${group.replace(/:$/, '')}\n\n${sections
        .filter((section) => section.group === group)
        .map(({ text }) => text)
        .join('\n\n')}`,
  );
  return `${CLI_HEAD}\n${body.join('\n\n')}\n`;
}

const CLI_HEAD = `<!-- Written by \`npm run docs\` from the commands themselves. -->
# Commands

As \`lake <command> --help\` prints them. Results go to standard output, a table for a person and JSON for a program that reads
them; everything else goes to standard error. Selectors: [selectors.md](selectors.md). System tables: [meta.md](meta.md). Logs:
[logs.md](logs.md). What a code such as LK4001 means: \`lake explain LK4001\`.

| exit code | meaning |
|---|---|
| 0 | fine; also when there was nothing to do |
| 1 | a node or a test failed, or a command could not do its work |
| 2 | a mistake in the project or in the command; nothing was done |
| 75 | only passing failures (a portal that is down, a lock): \`lake retry\` may succeed without any change |
| 130, 143 | stopped by SIGINT, SIGTERM; what had begun was finished |
`;

function helpOf(command) {
  let text = '';
  command.configureHelp({ helpWidth: 110, showGlobalOptions: false });
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 110,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}

/** docs/reference/meta.md, from the comments beside each table's columns. @param {string} root With a slash at its end. */
export function metaReference(root) {
  const folder = `${root}src/lakehouse/meta/`;
  const tables = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .flatMap((name) => tableOf(readFileSync(folder + name, 'utf8')));
  return `${META_HEAD}\n${tables.join('\n\n')}\n`;
}

const META_HEAD = `<!-- Written by \`npm run docs\` from src/lakehouse/meta/. -->
# System tables

\`lake query\` reads them beside the tables of the lake; they are views over the lake's own small files, so that they are there
without a database and after any crash. \`lake history\` and \`lake show --loads\` are shorter ways to the most asked questions.
`;

/** A comment that begins with the table's name, and the columns that follow it. */
function tableOf(source) {
  const [, comment, columns] =
    /\/\*\*\n((?: \*.*\n)+?) \*\/\nexport const \w+Columns = \{\n([\s\S]*?)\n\};/.exec(source) ?? [];
  if (comment === undefined) return [];
  const text = comment.replaceAll(/^ \* ?/gm, '').trim();
  const [lead, ...points] = text.split(/\n(?=- )/);
  const name = /^`(meta\.\w+)`: /.exec(lead)?.[1];
  const types = [...columns.matchAll(/^ {2}(\w+): '([^']+)'/gm)].map(
    ([, column, type]) => `${column} ${type.toLowerCase()}`,
  );
  return [
    `## ${name}\n\n${flow(lead.replace(/^`[^`]+`: /, ''))}\n\n${points.map(flow).join('\n')}\n\nColumns: ${types.map((t) => `\`${t}\``).join(', ')}.`,
  ];
}

/** A sentence on one line, its first letter large. */
function flow(text) {
  const line = text.replaceAll(/\n\s*/g, ' ');
  return line.startsWith('- ') ? line : line[0].toUpperCase() + line.slice(1);
}
