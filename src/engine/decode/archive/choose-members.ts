/** Which files of an archive are read: the one that it holds, the one that is named, or all that fit a pattern. */
import { didYouMean } from '../../../errors/nearest.js';
import { matchPattern } from '../name-pattern.js';
import { archiveError, quoted } from './archive-error.js';

export interface ChosenMember {
  readonly name: string;
  /** Place in the archive's directory: names may repeat. */
  readonly place: number;
  /** What the pattern's variables stand for. */
  readonly variables: Readonly<Record<string, string>>;
}

const MOST_LISTED = 10;

/**
 * A pattern without `/` is compared with the last part of each name. Files that macOS adds are never meant.
 * @param names Names of the archive's files, in its own order.
 * @throws LakeError LK5018 when none fits, or several where one is meant; the names are listed.
 */
export function chooseMembers(
  names: readonly string[],
  member: string | undefined,
  part: string,
  path: string,
): readonly ChosenMember[] {
  const all = names.flatMap((name, place) => (isExtra(name) ? [] : [{ name, place }]));
  const isPattern = member !== undefined && /\*|\{\w+\}/.test(member);
  const chosen = all.flatMap(({ name, place }): ChosenMember[] => {
    const variables = member === undefined ? {} : caught(member, name);
    return variables ? [{ name, place, variables }] : [];
  });
  if (chosen.length === 1 || (chosen.length > 1 && isPattern)) return chosen;
  const listed = list(all.map(({ name }) => name));
  if (all.length === 0) throw archiveError(part, path, 'holds no file');
  if (chosen.length === 0) {
    throw archiveError(
      part,
      path,
      `holds no file ${quoted(member!)}; there are ${listed}`,
      didYouMean(
        member!,
        all.map(({ name }) => name),
      ) ?? 'correct `member:` under `read:`',
    );
  }
  if (member !== undefined) {
    const same = chosen.every(({ name }) => name === chosen[0]!.name);
    throw archiveError(
      part,
      path,
      `holds ${chosen.length} files ${quoted(member)}${same ? '' : `: ${list(chosen.map(({ name }) => name))}`}`,
      same ? undefined : 'write the path of the one that is meant: `read: {member: folder/name.csv}`',
    );
  }
  throw archiveError(
    part,
    path,
    `holds ${all.length} files: ${listed}`,
    `name one of them, or several by a pattern: \`read: {member: '*.csv'}\``,
  );
}

function caught(member: string, name: string): Readonly<Record<string, string>> | undefined {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return matchPattern(member, member.includes('/') ? name : base, true);
}

function isExtra(name: string): boolean {
  return name.startsWith('__MACOSX/') || /(?:^|\/)(?:\.DS_Store|Thumbs\.db)$/.test(name);
}

function list(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return `${names.slice(0, MOST_LISTED).map(quoted).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
