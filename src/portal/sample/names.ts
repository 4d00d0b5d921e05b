/** Invented people, clubs and streets. */
import type { Random } from './random.js';

const given =
  'Alex Ariel Ashley Avery Blake Cameron Casey Charlie Dana Devon Drew Eden Ellis Emery Finley Frankie Hayden Indigo Jamie Jesse Jordan Jules Kai Kendall Kim Lee Logan Lou Marley Micah Morgan Nico Noor Parker Quinn Reese Remy Riley River Robin Rowan Sage Sam Sasha Skyler Sidney Taylor Toni Val Yuri'.split(
    ' ',
  );
const family =
  'Aldergrove Ambermoor Ashwick Bellandine Birchall Bramwick Calderan Castermont Corvane Dellbrook Dunmarsh Eastlowe Elmsgate Fairholt Fennmoor Galdersen Glenrova Hallowin Harrowby Hollandine Inverlee Jarnsby Kelmarsh Kestrand Larkholm Lindqvale Marrowick Mossgrave Nettleby Norvalen Oakhurne Ostermoor Pellworth Quillane Ravensby Rookmoor Sandvale Selwyck Tarnholt Thornaby Underhay Valmoren Wexmoor Whitlock Yarrowby'.split(
    ' ',
  );

/** A name that nobody bears. */
export function personName(random: Random): string {
  return `${random.pick(given)} ${random.pick(family)}`;
}

/** Clubs that do not exist. */
export const clubs = [
  'Port Alder',
  'Norvale Athletic',
  'Union Castermont',
  'Ravensby Rovers',
  'Sandvale City',
  'Real Valmora',
] as const;

/** Streets of New York as the police write them. */
export const nycStreets = [
  'ATLANTIC AVENUE',
  'FLATBUSH AVENUE',
  'KINGS HIGHWAY',
  'UTICA AVENUE',
  'BROADWAY',
  'QUEENS BOULEVARD',
  'NORTHERN BOULEVARD',
  'GRAND CONCOURSE',
  'BRUCKNER BOULEVARD',
  'LINDEN BOULEVARD',
  'BELT PARKWAY',
  'LONG ISLAND EXPRESSWAY',
  'MAJOR DEEGAN EXPRESSWAY',
  'HYLAN BOULEVARD',
  'EAST TREMONT AVENUE',
  'WEST 96 STREET',
  'WEST 34 STREET',
  '2 AVENUE',
  '3 AVENUE',
  '31 STREET',
] as const;

/** Streets of Los Angeles. */
export const laStreets = [
  ['BELLEVUE', 'AVE'],
  ['VERMONT', 'AVE'],
  ['NORMANDIE', 'AVE'],
  ['VANOWEN', 'ST'],
  ['HOOVER', 'ST'],
  ['FIGUEROA', 'ST'],
  ['BROADWAY', ''],
  ['RESEDA', 'BLVD'],
  ['GLENOAKS', 'BLVD'],
  ['CAHUENGA', 'BLVD'],
  ['OAK TREE', 'DR'],
  ['LENNOX', 'AVE'],
  ['CLOVERDALE', 'AVE'],
  ['MESA', 'AVE'],
  ['SHERMAN', 'WAY'],
] as const;
