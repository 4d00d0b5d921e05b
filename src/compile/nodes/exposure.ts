/** Exposures: uses of the tables outside of the project, at the end of the graph. */
import type { Diagnostic } from '../../errors/diagnostic.js';
import type { Exposure } from '../../project/types.js';
import type { Names } from '../names.js';
import type { ExposureNode } from '../types.js';

/** Its edges; a name that does not exist is load's to tell, one that is switched off is told here. */
export function exposureNode(
  exposure: Exposure,
  names: Names,
  report: (diagnostic: Diagnostic) => void,
): ExposureNode {
  const { name, label, type, description, url, maturity, owner, tags = [], meta, at } = exposure;
  const dependsOn = exposure.dependsOn.flatMap((written) => {
    const id = names.resolve(written);
    const off = id === undefined ? names.disabled(written) : undefined;
    if (off) {
      report({
        code: 'LK2019',
        severity: 'error',
        message: `the ${off.what} "${written}", which the exposure "${name}" depends on, is disabled`,
        at,
        hint: `It says enabled: false; see ${off.at.file}, or take it out of depends_on`,
      });
    }
    return id === undefined ? [] : [id];
  });
  return {
    id: `exposure.${name}`,
    name,
    type,
    ...(label !== undefined && { label }),
    ...(description !== undefined && { description }),
    ...(url !== undefined && { url }),
    ...(maturity !== undefined && { maturity }),
    ...(owner !== undefined && { owner }),
    ...(meta !== undefined && { meta }),
    tags,
    dependsOn: [...new Set(dependsOn)].sort(),
    path: at.file,
  };
}
