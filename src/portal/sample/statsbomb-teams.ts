/** Clubs and their players, as matches, lineups and events share them. */

/** A player of a made-up club. */
export interface Player {
  readonly id: number;
  readonly name: string;
  readonly nickname: string | null;
  readonly shirt: number;
}

/** A made-up club. */
export interface Team {
  readonly id: number;
  readonly name: string;
  /** The first eleven begin the match. */
  readonly players: readonly Player[];
}

/** Positions as StatsBomb numbers and names them. */
export const positions: readonly (readonly [id: number, name: string])[] = [
  [1, 'Goalkeeper'],
  [2, 'Right Back'],
  [3, 'Right Center Back'],
  [5, 'Left Center Back'],
  [6, 'Left Back'],
  [10, 'Center Defensive Midfield'],
  [13, 'Right Center Midfield'],
  [15, 'Left Center Midfield'],
  [17, 'Right Wing'],
  [21, 'Left Wing'],
  [23, 'Center Forward'],
];
