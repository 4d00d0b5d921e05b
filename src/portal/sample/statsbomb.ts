/** StatsBomb's open data: competitions, matches and lineups of invented clubs. Ids and shapes are the real ones. */
import { two } from './calendar.js';
import { clubs, personName } from './names.js';
import { Random } from './random.js';
import type { SampleSettings } from './sample-table.js';
import { matchEvents } from './statsbomb-events.js';
import { type Player, positions, type Team } from './statsbomb-teams.js';

/** Path in the repository → content. */
export type RepositoryFiles = Readonly<Record<string, string>>;

const country = { id: 214, name: 'Spain' };
const fixtures: readonly (readonly [home: number, away: number])[] = [
  [0, 1],
  [2, 3],
  [4, 5],
  [1, 2],
  [3, 4],
  [5, 0],
];

/** One season: competitions, matches, lineups and events, by their path in the repository. */
export function statsbombFiles({ seed }: SampleSettings): RepositoryFiles {
  const teams = clubs.map((name, i) => team(seed, i, name));
  const files: Record<string, string> = { 'data/competitions.json': jsonLines(competitions()) };
  const matches: unknown[] = [];
  fixtures.forEach(([home, away], i) => {
    const id = 3_773_369 + i * 17;
    const match = matchEvents(seed, id, teams[home]!, teams[away]!);
    matches.push(matchRow(seed, i, id, teams[home]!, teams[away]!, match.score));
    files[`data/lineups/${id}.json`] = jsonLines(
      [teams[home]!, teams[away]!].map((side) => lineup(seed, id, side, i === 5)),
    );
    files[`data/events/${id}.json`] = jsonLines(match.events);
  });
  files['data/matches/11/90.json'] = jsonLines(matches);
  // A competition that nobody in the sample asks for: its matches have neither lineups nor events here.
  const others = [0, 1].map((i) => ({
    ...matchRow(seed, i + 50, 3_857_256 + i, teams[i]!, teams[i + 2]!, [1, i]),
    competition: { competition_id: 43, country_name: 'International', competition_name: 'FIFA World Cup' },
    season: { season_id: 106, season_name: '2022' },
  }));
  files['data/matches/43/106.json'] = jsonLines(others);
  return files;
}

/** One element a line: near the real files' size, and still to be read by a person. */
function jsonLines(elements: readonly unknown[]): string {
  return `[${elements.map((element) => `\n${JSON.stringify(element)}`).join(',')}\n]\n`;
}

function competitions(): unknown[] {
  const rows: readonly (readonly [number, number, string, string, 'male' | 'female', boolean, string])[] = [
    [2, 27, 'England', 'Premier League', 'male', false, '2015/2016'],
    [11, 42, 'Spain', 'La Liga', 'male', false, '2019/2020'],
    [11, 90, 'Spain', 'La Liga', 'male', false, '2020/2021'],
    [37, 90, 'England', "FA Women's Super League", 'female', false, '2020/2021'],
    [43, 106, 'International', 'FIFA World Cup', 'male', true, '2022'],
    [49, 3, 'United States of America', 'NWSL', 'female', false, '2018'],
    [55, 43, 'Europe', 'UEFA Euro', 'male', true, '2020'],
    [72, 107, 'International', "Women's World Cup", 'female', true, '2023'],
  ];
  return rows.map(
    (
      [
        competition_id,
        season_id,
        country_name,
        competition_name,
        competition_gender,
        international,
        season_name,
      ],
      i,
    ) => ({
      competition_id,
      season_id,
      country_name,
      competition_name,
      competition_gender,
      competition_youth: false,
      competition_international: international,
      season_name,
      match_updated: `2025-0${1 + (i % 8)}-12T16:05:46.150202`,
      match_updated_360: i % 3 === 0 ? '2025-04-08T11:39:28.302700' : null,
      match_available_360: i % 3 === 0 ? '2025-04-08T11:39:28.302700' : null,
      match_available: `2025-0${1 + (i % 8)}-12T16:05:46.150202`,
    }),
  );
}

function team(seed: number, index: number, name: string): Team {
  const players = Array.from({ length: 18 }, (_, i): Player => {
    const random = Random.of(seed, `player ${index}`, i);
    const full = personName(random);
    return {
      id: 5200 + index * 40 + i,
      name: full,
      nickname: random.chance(0.3) ? (full.split(' ')[0] ?? null) : null,
      shirt: i + 1,
    };
  });
  return { id: 210 + index * 3, name, players };
}

function matchRow(
  seed: number,
  i: number,
  id: number,
  home: Team,
  away: Team,
  score: readonly [number, number],
): Record<string, unknown> {
  const random = Random.of(seed, 'match', i);
  const manager = () => ({
    id: random.between(100, 5000),
    name: personName(random),
    nickname: null,
    dob: '1971-05-08',
    country,
  });
  return {
    match_id: id,
    match_date: `2021-0${1 + (i % 5)}-${two(3 + ((i * 4) % 25))}`,
    kick_off: i === 3 ? null : '21:00:00.000',
    competition: { competition_id: 11, country_name: 'Spain', competition_name: 'La Liga' },
    season: { season_id: 90, season_name: '2020/2021' },
    home_team: {
      home_team_id: home.id,
      home_team_name: home.name,
      home_team_gender: 'male',
      home_team_group: null,
      country,
      managers: [manager()],
    },
    away_team: {
      away_team_id: away.id,
      away_team_name: away.name,
      away_team_gender: 'male',
      away_team_group: null,
      country,
      managers: [manager()],
    },
    home_score: score[0],
    away_score: score[1],
    match_status: 'available',
    match_status_360: 'scheduled',
    last_updated: `2025-03-${10 + (i % 15)}T22:19:32.101010`,
    last_updated_360: null,
    metadata: { data_version: '1.1.0', shot_fidelity_version: '2', xy_fidelity_version: '2' },
    match_week: 20 + (i % 18),
    competition_stage: { id: 1, name: 'Regular Season' },
    stadium: { id: 4000 + home.id, name: `${home.name} Ground`, country },
    referee: { id: random.between(200, 900), name: personName(random), country },
  };
}

/** @param isOld as in the files of 2018: no nickname, no cards, no positions. */
function lineup(seed: number, match: number, side: Team, isOld: boolean): unknown {
  const players = side.players.map((player, i) => {
    const base = { player_id: player.id, player_name: player.name };
    const rest = { jersey_number: player.shirt, country };
    if (isOld) return { ...base, ...rest };
    const position = positions[i];
    const isBooked = Random.of(seed, `card ${match}`, player.id).chance(0.1);
    return {
      ...base,
      player_nickname: player.nickname,
      ...rest,
      cards:
        isBooked && position
          ? [{ time: '63:10', card_type: 'Yellow Card', reason: 'Foul Committed', period: 2 }]
          : [],
      positions: position
        ? [
            {
              position_id: position[0],
              position: position[1],
              from: '00:00',
              to: null,
              from_period: 1,
              to_period: null,
              start_reason: 'Starting XI',
              end_reason: 'Final Whistle',
            },
          ]
        : [],
    };
  });
  return { team_id: side.id, team_name: side.name, lineup: players };
}
