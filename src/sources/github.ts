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

  /** raw.githubusercontent.com says 404 for all that it will not give, whatever the reason. */
  explain(part, { portal }, error) {
    const { repo = '', ref, hasToken } = portal;
    if (error.code === 'LK3103') {
      return new LakeError('LK3001', `${repo} has no ${part.id} at ${ref ?? 'its default branch'}`, {
        hint: `GitHub says this of a file that was moved, of a branch that was renamed (see ref: of the portal ${portal.name}), and of a private repository${hasToken ? ' that the token does not open' : ' (set the portal’s token)'}`,
        details: error.details,
        cause: error,
      });
    }
    if (error.code !== 'LK3101' || hasToken || !/HTTP 429|HTTP 403/.test(error.message)) return error;
    return new LakeError(error.code, error.message, {
      hint: `GitHub gives each address only so many files an hour: set token: of the portal ${portal.name} in project.yml, or run the same command again later`,
      transient: error.transient,
      details: error.details,
      cause: error,
    });
  },
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
