// Builds a model with all that it reads, and prints its rows. Usage: node examples/code/build-and-read.js [project]
import { LakeError, openProject } from 'lake';

const lake = await openProject(process.argv[2] ?? '.', { target: 'sample' });
try {
  const result = await lake.build({
    select: '+statsbomb_shots_by_player',
    onEvent(event) {
      if (event.type === 'node_finished')
        console.log(`${event.result.id}: ${event.result.status}, ${event.result.rows ?? 0} rows`);
    },
  });
  // A node that fails throws nothing: the result says how each of them ended.
  process.exitCode = result.exitCode;
  for (const { id, error } of result.nodes) if (error) console.error(`${id}: ${error.code} ${error.message}`);

  const scorers = lake.query(`
    select player, team, goals, cast(expected_goals as double) as xg
    from gold.statsbomb_shots_by_player order by goals desc, xg desc limit 3`);
  for await (const { player, team, goals, xg } of scorers.rows())
    console.log(`${player} (${team}): ${goals} goals of ${xg} expected`);
} catch (error) {
  if (!(error instanceof LakeError)) throw error;
  console.error(`${error.code} ${error.message}${error.hint ? `\n  hint: ${error.hint}` : ''}`);
  process.exitCode = 1;
} finally {
  await lake.close();
}
