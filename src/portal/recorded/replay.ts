import type { Protocol } from '../http/serve.js';
import type { OriginSpec } from '../types.js';
import { Recordings } from './recordings.js';

/** A protocol that plays back what was recorded, byte for byte, and answers everything else itself. */
export function withRecordings(protocol: Protocol, spec: OriginSpec): Protocol {
  if (spec.recorded === undefined) return protocol;
  const recordings = new Recordings(spec.recorded, spec.origin);
  return {
    fail: (...args) => protocol.fail(...args),
    async answer(exchange) {
      const { method = 'GET', url = '/' } = exchange.request;
      const recorded = await recordings.find(method, url);
      if (recorded === undefined) return protocol.answer(exchange);
      const { status, headers, body } = recorded;
      const modified = headers['last-modified'];
      const validators = {
        etag: headers['etag'],
        lastModified: modified === undefined ? undefined : new Date(modified),
      };
      if (status === 200 && exchange.isUnchanged(validators)) return exchange.send(304, headers, '');
      await exchange.send(status, headers, body);
    },
  };
}
