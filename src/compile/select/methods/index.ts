/** Every selector method, by name. A new method is one file and one line here. */

import { access } from './access.js';
import { exposure } from './exposure.js';
import { file } from './file.js';
import { group } from './group.js';
import type { SelectorMethod } from './method.js';
import { name } from './name.js';
import { path } from './path.js';
import { resourceType } from './resource-type.js';
import { source } from './source.js';
import { tag } from './tag.js';
import { testName } from './test-name.js';
import { testType } from './test-type.js';
import { version } from './version.js';

export const selectorMethods: ReadonlyMap<string, SelectorMethod> = new Map(
  [name, tag, path, file, source, resourceType, testType, testName, exposure, group, access, version].map(
    (method) => [method.name, method],
  ),
);
