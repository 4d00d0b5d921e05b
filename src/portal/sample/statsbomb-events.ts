/** The events of one match: possessions of passes, receipts and carries that end in a shot or a loss. */
import { Random } from './random.js';
import { type Player, positions, type Team } from './statsbomb-teams.js';

type Event = Record<string, unknown>;
type Point = readonly [x: number, y: number];

const types: Readonly<Record<string, number>> = {
  'Ball Receipt*': 42,
  Carry: 43,
  'Foul Committed': 22,
  'Goal Keeper': 23,
  'Half End': 34,
  'Half Start': 18,
  Interception: 10,
  Pass: 30,
  Pressure: 17,
  Shot: 16,
  'Starting XI': 35,
};

const outcomes: readonly (readonly [{ readonly id: number; readonly name: string }, number])[] = [
  [{ id: 98, name: 'Off T' }, 34],
  [{ id: 100, name: 'Saved' }, 26],
  [{ id: 96, name: 'Blocked' }, 24],
  [{ id: 97, name: 'Goal' }, 11],
  [{ id: 101, name: 'Wayward' }, 5],
];
const rightFoot = { id: 40, name: 'Right Foot' };

/** 400 to 800 events in order, and the goals that are among them, home and away. */
export function matchEvents(
  seed: number,
  matchId: number,
  home: Team,
  away: Team,
): { events: Event[]; score: [number, number] } {
  const match = new Match(Random.of(seed, 'events', matchId), home, away);
  match.play();
  return { events: match.events, score: match.score };
}

class Match {
  readonly events: Event[] = [];
  readonly score: [number, number] = [0, 0];
  private period = 1;
  private clock = 0;
  private possession = 1;

  constructor(
    private readonly random: Random,
    private readonly home: Team,
    private readonly away: Team,
  ) {}

  play(): void {
    for (const team of [this.home, this.away]) this.startingEleven(team);
    for (const period of [1, 2]) {
      this.period = period;
      this.clock = 0;
      this.both('Half Start');
      const possessions = this.random.between(26, 38);
      for (let i = 0; i < possessions; i++) this.possess(this.random.chance(0.5) ? this.home : this.away);
      this.clock = Math.max(this.clock, 2700);
      this.both('Half End');
    }
  }

  private startingEleven(team: Team): void {
    const lineup = positions.map(([id, name], i) => {
      const player = team.players[i]!;
      return {
        player: { id: player.id, name: player.name },
        position: { id, name },
        jersey_number: player.shirt,
      };
    });
    this.add('Starting XI', team, { duration: 0, tactics: { formation: 433, lineup } });
  }

  private both(type: string): void {
    const pair = [this.home, this.away].map((team) => this.add(type, team, { duration: 0 }));
    relate(pair[0]!, pair[1]!);
  }

  private possess(team: Team): void {
    this.possession++;
    let at: Point = [this.random.between(20, 70), this.random.between(5, 75)];
    let carrier = this.random.between(1, 10);
    let lastPass: Event | undefined;
    const passes = this.random.between(1, 6);
    for (let i = 0; i < passes; i++) {
      const to: Point = [
        clamp(at[0] + this.random.between(-10, 28), 118),
        clamp(at[1] + this.random.between(-25, 25), 80),
      ];
      const isLost = i === passes - 1 && this.random.chance(0.45);
      const receiver = 1 + ((carrier + this.random.between(1, 9)) % 10);
      lastPass = this.pass(team, carrier, isLost ? undefined : receiver, at, to);
      if (isLost) {
        this.lose(team, to);
        return;
      }
      const receipt = this.act('Ball Receipt*', team, receiver, to, {});
      relate(lastPass, receipt);
      if (this.random.chance(0.7)) {
        const end: Point = [clamp(to[0] + this.random.between(0, 9), 119), to[1]];
        relate(receipt, this.act('Carry', team, receiver, to, { carry: { end_location: round(end) } }));
        at = end;
      } else {
        at = to;
      }
      if (this.random.chance(0.16))
        this.act('Pressure', this.other(team), this.random.between(1, 10), mirror(at), {});
      carrier = receiver;
    }
    if (at[0] > 72 && this.random.chance(0.75)) this.shoot(team, carrier, at, lastPass);
  }

  private pass(team: Team, from: number, to: number | undefined, at: Point, end: Point): Event {
    const recipient = to === undefined ? undefined : team.players[to];
    const [dx, dy] = [end[0] - at[0], end[1] - at[1]];
    return this.act('Pass', team, from, at, {
      pass: {
        ...(recipient && { recipient: { id: recipient.id, name: recipient.name } }),
        length: decimals(Math.hypot(dx, dy), 6),
        angle: decimals(Math.atan2(dy, dx), 7),
        height: Math.hypot(dx, dy) > 25 ? { id: 3, name: 'High Pass' } : { id: 1, name: 'Ground Pass' },
        end_location: round(end),
        ...(recipient === undefined && { outcome: { id: 9, name: 'Incomplete' } }),
        body_part: rightFoot,
      },
    });
  }

  private lose(team: Team, at: Point): void {
    const other = this.other(team);
    const by = this.random.between(1, 10);
    if (this.random.chance(0.2)) this.act('Foul Committed', other, by, mirror(at), {});
    else
      this.act('Interception', other, by, mirror(at), { interception: { outcome: { id: 4, name: 'Won' } } });
  }

  private shoot(team: Team, by: number, at: Point, keyPass: Event | undefined): void {
    const distance = Math.hypot(120 - at[0], 40 - at[1]);
    const outcome = this.random.weighted(outcomes);
    const isOnFrame = outcome.name === 'Goal' || outcome.name === 'Saved' || outcome.name === 'Off T';
    const end = isOnFrame
      ? [120, decimals(40 + (this.random.next() - 0.5) * 12, 1), decimals(this.random.next() * 3, 1)]
      : round([clamp(at[0] + this.random.between(2, 12), 119), at[1]]);
    const other = this.other(team);
    const shot = this.act('Shot', team, by, at, {
      shot: {
        statsbomb_xg: decimals(
          Math.min(0.9, Math.exp(-distance / 9) * (0.6 + this.random.next() * 0.8) + 0.005),
          8,
        ),
        end_location: end,
        ...(keyPass && { key_pass_id: keyPass.id }),
        body_part: rightFoot,
        technique: { id: 93, name: 'Normal' },
        outcome,
        type: { id: 87, name: 'Open Play' },
        freeze_frame: [0, 3, 5, 9].map((i) => this.frozen(i === 9 ? team : other, i, i === 9)),
      },
    });
    const type = outcome.name === 'Goal' ? { id: 26, name: 'Goal Conceded' } : { id: 32, name: 'Shot Faced' };
    relate(
      shot,
      this.act('Goal Keeper', other, 0, [2, 40], { goalkeeper: { type, position: { id: 44, name: 'Set' } } }),
    );
    if (outcome.name === 'Goal') this.score[team === this.home ? 0 : 1]++;
  }

  private frozen(team: Team, i: number, teammate: boolean): unknown {
    const [id, name] = positions[i]!;
    const player = team.players[i]!;
    return {
      location: round([this.random.between(95, 119), this.random.between(20, 60)]),
      player: { id: player.id, name: player.name },
      position: { id, name },
      teammate,
    };
  }

  /** Something a player does somewhere, some seconds after the last thing. */
  private act(type: string, team: Team, player: number, at: Point, detail: Event): Event {
    this.clock += this.random.next() * 7;
    const who: Player = team.players[player]!;
    const [id, name] = positions[player]!;
    return this.add(type, team, {
      player: { id: who.id, name: who.name },
      position: { id, name },
      location: round(at),
      duration: decimals(this.random.next() * 2, 6),
      ...(this.random.chance(0.12) && { under_pressure: true }),
      ...detail,
    });
  }

  private add(type: string, team: Team, detail: Event): Event {
    const minute = Math.floor(this.clock / 60) + (this.period - 1) * 45;
    const event: Event = {
      id: this.random.uuid(),
      index: this.events.length + 1,
      period: this.period,
      timestamp: new Date(Math.round(this.clock * 1000)).toISOString().slice(11, 23),
      minute,
      second: Math.floor(this.clock % 60),
      type: { id: types[type], name: type },
      possession: this.possession,
      possession_team: { id: team.id, name: team.name },
      play_pattern: { id: 1, name: 'Regular Play' },
      team: { id: team.id, name: team.name },
      ...detail,
    };
    this.events.push(event);
    return event;
  }

  private other(team: Team): Team {
    return team === this.home ? this.away : this.home;
  }
}

function relate(a: Event, b: Event): void {
  for (const [one, two] of [
    [a, b],
    [b, a],
  ] as const) {
    one.related_events = [...((one.related_events as unknown[] | undefined) ?? []), two.id];
  }
}

function mirror([x, y]: Point): Point {
  return [120 - x, 80 - y];
}

function clamp(value: number, high: number): number {
  return Math.max(1, Math.min(high, value));
}

function round([x, y]: Point): [number, number] {
  return [decimals(x, 1), decimals(y, 1)];
}

function decimals(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
