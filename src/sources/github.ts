import { LakeError } from '../errors/lake-error.js';
import type { Portal } from '../project/types.js';
import { fileParts, fileRequest, unprobed } from './file-parts.js';
import type { Source } from './types.js';
import { renderPath } from './url-template.js';

/**
 * Raw files of a GitHub repository, `<host>/<owner>/<repo>/<ref>/<path>`: one part for each file that `files:` names.
 * They carry an ETag, so an unchanged file costs one request. The part's id is its path.
 */
export const github: Source = {
  type: 'github',
  incremental: false,

  async discover(context) {
    const base = rawBase(context.portal);
    return fileParts(context, context.dataset.source.files ?? [], (template, values) => {
      const path = renderPath(template, values);
      return { id: path, url: `${base}/${path}` };
    });
  },

  async probe() {
    return unprobed;
  },

  requests: (part, _probe, context) => fileRequest(part, context),
};

/** `HEAD` is the repository's default branch. */
function rawBase(portal: Portal): string {
  if (portal.repo === undefined)
    throw new LakeError('LK3006', `Portal ${portal.name} names no repo`, {
      hint: 'Add repo: owner/name in project.yml',
    });
  const segments = [...portal.repo.split('/'), ...(portal.ref ?? 'HEAD').split('/')];
  return `${portal.url}/${segments.map(encodeURIComponent).join('/')}`;
}
