/** A project of models and seeds alone: no portal, no dataset. */
import { type Files, type TempProject, tempProject } from './small-city.js';

export function modelProject(files: Files): TempProject {
  return tempProject({
    'project.yml': 'name: shop\nversion: 1\nprofile: shop\n',
    'profiles.yml':
      'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, lake: {type: local, path: lake}}\n',
    ...files,
  });
}
