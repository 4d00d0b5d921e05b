/** `project.yml`. */
import * as z from 'zod/mini';
import { contract, fetchPolicy, freshness, guards, tags } from './dataset.js';
import { formats, nullIf } from './field.js';
import { modelConfigKeys, seedConfigKeys, snapshotConfigKeys } from './models.js';
import { publish } from './publish.js';
import { auth, headers } from './source.js';
import { testSettingKeys } from './tests.js';
import {
  duration,
  flag,
  listOf,
  mapping,
  oneOrMore,
  optional,
  positive,
  required,
  say,
  slug,
  text,
  textOrNumber,
  wholeNumber,
} from './words.js';

const httpUrl = () =>
  say(z.string().check(z.regex(/^https?:\/\/[^\s@?#]+$/)), {
    expected: 'an address such as https://data.example.org, without user, query or fragment',
  });

const common = () => ({
  timezone: optional(text(), 'Time zone of the portal, such as America/Toronto; UTC by default.'),
  concurrency: optional(wholeNumber(1), 'Most requests to the portal at a time; 4 by default.'),
  rate: optional(positive(), 'Most requests a second.'),
  timeout: optional(
    duration(),
    'Longest silence before or within an answer, such as 5 minutes; 1 minute by default.',
  ),
  max_bytes: optional(wholeNumber(1), 'Largest file or page, unpacked, in bytes; 16 GiB by default.'),
  token: optional(text(), 'Access token. Secret: sent only to this portal.'),
  auth: optional(auth(), 'Credentials. Secret: sent only to this portal.'),
  headers: optional(headers(), 'Further request headers. Secret: sent only to this portal.'),
});

const protocol = <const T extends string>(type: T) => required(z.literal(type), 'Protocol of the portal.');

const address = () => required(httpUrl(), 'Address of the portal.');

const portal = () =>
  say(
    z.discriminatedUnion('type', [
      z.strictObject({
        type: protocol('ckan'),
        url: address(),
        ...common(),
        refresh_batch: optional(
          wholeNumber(1),
          'Rows that its loader writes at a time while it deletes a table and fills it anew in the open. Fewer rows than before, and exactly a multiple of them, are then taken for a table seen midway (guard half_refreshed). 20000 for the portal of the City of Toronto, whose loader is known; else nothing is taken for it.',
        ),
      }),
      z.strictObject({ type: protocol('socrata'), url: address(), ...common() }),
      z.strictObject({
        type: protocol('github'),
        repo: required(
          say(z.string().check(z.regex(/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/)), {
            expected: 'owner/repository',
          }),
          'Repository, as owner/name.',
        ),
        ref: optional(text(), 'Branch, tag or commit; the default branch if left out.'),
        url: optional(httpUrl(), 'Where raw files are served; https://raw.githubusercontent.com by default.'),
        ...common(),
      }),
      z.strictObject({ type: protocol('http'), url: address(), ...common() }),
    ]),
    { expected: 'a portal: a mapping with its type (ckan, socrata, github or http)' },
  );

export type PortalObject = z.infer<ReturnType<typeof portal>>;

/** Configuration of a folder: keys with + are settings, all others are folders or resources inside. */
function folder<T extends z.core.$ZodShape>(settings: T, expected: string) {
  const inner: z.ZodMiniType = z.lazy(() => node);
  const propertyNames = { anyOf: [{ enum: Object.keys(settings) }, { type: 'string', pattern: '^[^+]' }] };
  const node = say(z.catchall(z.object(settings), inner), { expected, propertyNames });
  return node;
}

const datasetConfig = () =>
  folder(
    {
      '+tags': optional(tags(), 'Tags of all datasets in the folder; added to their own.'),
      '+null_if': optional(nullIf(), 'Texts that stand for NULL.'),
      '+trim': optional(flag(), 'Blanks around values are removed.'),
      '+timezone': optional(text(), 'Time zone of dates and times.'),
      '+formats': optional(formats(), 'Formats of dates and times by type.'),
      '+fetch': optional(
        fetchPolicy(),
        'Which parts that are stored the portals are asked about: `load.fetch` of every dataset.',
      ),
      '+portal': optional(text(), 'Portal of all datasets in the folder.'),
      '+contract': optional(contract(), 'What to do when columns or values are not as declared.'),
      '+freshness': optional(freshness(), 'How old the data may be.'),
      '+guards': optional(guards(), 'Changes that stop a load from being published.'),
      '+publish': optional(publish(), 'Where else the tables go.'),
      '+owner': optional(text(), 'Who answers for the datasets.'),
      '+license': optional(text(), 'Licence of the data.'),
      '+meta': optional(mapping(), 'Facts of your own.'),
    },
    'settings that begin with +, or folders',
  );

const prefixed = (keys: z.core.$ZodShape): z.core.$ZodShape =>
  Object.fromEntries(Object.entries(keys).map(([key, schema]) => [`+${key}`, schema]));

/** SQL, and at the end of a run a command or a webhook. */
function runHooks(atEnd: boolean) {
  const command = z.strictObject({
    command: required(
      text(),
      'Command to run in the project folder; it reads the results as JSON from its input.',
    ),
  });
  const webhook = z.strictObject({
    webhook: required(
      text(),
      'Address that the results are sent to as JSON; its host stands in allowed_hosts.',
    ),
  });
  const one = atEnd
    ? say(z.union([z.string(), command, webhook]), { expected: 'a SQL statement, {command} or {webhook}' })
    : say(z.string(), { expected: 'a SQL statement' });
  return oneOrMore(
    one,
    atEnd
      ? 'a SQL statement, {command} or {webhook}, or a list of these'
      : 'a SQL statement, or a list of them',
  );
}

export const project = () =>
  say(
    z.strictObject({
      name: required(slug(), 'Name of the project.'),
      version: optional(textOrNumber(), "The project's own version."),
      description: optional(text(), 'What the project is for.'),
      profile: optional(text(), "Profile of profiles.yml; the project's name if left out."),
      vars: optional(mapping(), "Values for {{var 'name'}}."),
      portals: optional(
        say(z.record(slug(), portal()), { expected: 'a mapping of names to portals' }),
        'The portals that datasets come from.',
      ),
      datasets: optional(datasetConfig(), 'Settings of datasets by folder.'),
      models: optional(
        folder(prefixed(modelConfigKeys()), 'settings that begin with +, or folders'),
        'Settings of models by folder.',
      ),
      seeds: optional(
        folder(prefixed(seedConfigKeys()), 'settings that begin with +, or folders'),
        'Settings of seeds by folder.',
      ),
      snapshots: optional(
        folder(prefixed(snapshotConfigKeys()), 'settings that begin with +, or folders'),
        'Settings of snapshots by folder.',
      ),
      data_tests: optional(
        folder(prefixed(testSettingKeys()), 'settings that begin with +, or folders'),
        'Settings of data tests by the folder of the file that they stand in.',
      ),
      tests: optional(
        folder(prefixed(testSettingKeys()), 'settings that begin with +, or folders'),
        'The same, under the name that older dbt uses.',
      ),
      allowed_hosts: optional(
        listOf(text(), 'a list of host names'),
        "Hosts beyond the portals' own that discovered addresses may lead to.",
      ),
      on_run_start: optional(runHooks(false), 'SQL that runs before the nodes do.'),
      on_run_end: optional(runHooks(true), 'What happens when all nodes have ended, failed or not.'),
      'on-run-start': optional(runHooks(false), 'Another name of on_run_start.'),
      'on-run-end': optional(runHooks(true), 'Another name of on_run_end.'),
    }),
    { title: 'lake project', description: 'project.yml: the name, the portals and the settings of folders.' },
  );

export type ProjectFile = z.infer<ReturnType<typeof project>>;
