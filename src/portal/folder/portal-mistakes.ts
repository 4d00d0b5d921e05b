import type { Diagnostic } from '../../errors/diagnostic.js';
import { ProjectError } from '../../errors/lake-error.js';
import type { SourceTexts } from '../../errors/source-texts.js';

/** A `portal.yml` that cannot be served: carries its mistakes, and its text for the lines that are shown with them. */
export class PortalMistakes extends ProjectError {
  constructor(
    code: string,
    diagnostics: readonly Diagnostic[],
    readonly sources: SourceTexts,
  ) {
    super(diagnostics, { code, where: Object.keys(sources)[0] ?? 'portal.yml' });
  }
}
