/** A lake that keeps no secret: the words among what is written are redacted, what later runs reckon with stays as it is. */
import type { Redactor } from '../errors/redactor.js';
import type { Lake } from '../lakehouse/types.js';

export function discreetLake(lake: Lake, redactor: Redactor): Lake {
  return {
    ...lake,
    commit: (request) => {
      const { load, rejected } = request.state;
      return lake.commit({
        ...request,
        description: redactor.value(request.description),
        properties: redactor.value(request.properties),
        state: {
          ...request.state,
          ...(load && { load: { ...load, reason: redactor.value(load.reason) } }),
          ...(rejected && { rejected: redactor.value(rejected) }),
        },
      });
    },
    publishView: (request) =>
      lake.publishView({ ...request, description: redactor.value(request.description) }),
    recordAttempt: (attempt) => lake.recordAttempt({ ...attempt, reason: redactor.text(attempt.reason) }),
  };
}
