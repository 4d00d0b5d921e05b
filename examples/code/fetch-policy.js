// Asks the portal only about matches that are not stored yet, and about one team's. Usage: node examples/code/fetch-policy.js [project] [team]
import { openProject } from 'lake';

const [project = '.', team = 'Norvale Athletic'] = process.argv.slice(2);
const lake = await openProject(project, { target: 'sample' });

const watched = new Set();
for await (const match of lake.query('select match_id, home_team, away_team from silver.matches').rows())
  if ([match.home_team, match.away_team].includes(team)) watched.add(String(match.match_id));

const fetchPolicy = ({ dataset, identifier }, stored) =>
  dataset === 'events' ? stored === undefined || watched.has(identifier.match_id) : undefined;

const plan = await lake.plan({ select: 'events', fetchPolicy });
for (const { id, action, reason } of plan.nodes) console.log(`${id}: ${action}, ${reason}`);
const { exitCode, requests } = await lake.build({ select: 'events', fetchPolicy });
console.log(`${requests} requests for ${watched.size} matches of ${team}`);
process.exitCode = exitCode;
await lake.close();
