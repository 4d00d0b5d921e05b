/** `on_run_start` and `on_run_end` of project.yml. */
import type { Findings } from '../findings.js';
import type { ProjectFile } from '../schema/project.js';
import type { RunHook } from '../types.js';
import type { YamlFile } from '../yaml/yaml-file.js';

export interface RunHooks {
  readonly start: readonly RunHook[];
  readonly end: readonly RunHook[];
  /** Addresses of the webhooks of `end` by their place in it: secrets, for many hold a key. */
  readonly webhooks: Readonly<Record<number, string>>;
}

type Written = string | { readonly command?: string; readonly webhook?: string };

/** Reports a webhook that is no https or http address, or whose host is not allowed. */
export function toRunHooks(file: ProjectFile, doc: YamlFile, findings: Findings): RunHooks {
  const webhooks: Record<number, string> = {};
  const allowed = new Set((file.allowed_hosts ?? []).map((host) => host.toLowerCase()));
  const read = (keys: readonly (keyof ProjectFile & string)[]): readonly RunHook[] => {
    const found: RunHook[] = [];
    for (const key of keys) {
      const value = file[key] as Written | readonly Written[] | undefined;
      if (value === undefined) continue;
      const list = Array.isArray(value) ? (value as readonly Written[]) : [value as Written];
      for (const [i, one] of list.entries()) {
        const at = doc.at(Array.isArray(value) ? [key, i] : [key]);
        if (typeof one === 'string') found.push({ kind: 'sql', sql: one, at });
        else if (one.command !== undefined) found.push({ kind: 'command', command: one.command, at });
        else if (one.webhook !== undefined) {
          // Its environment variable is not set, and nothing is sent for it: a target that reads recorded files.
          if (one.webhook === '') continue;
          const address = addressOf(one.webhook);
          const host = address?.host;
          if (host === undefined) {
            findings.add('LK1006', at, 'the webhook is no address', {
              expected: 'an address such as https://hooks.example.org/lake',
            });
          } else if (!allowed.has(host) && !allowed.has(address!.hostname)) {
            findings.add('LK1006', at, `results may not be sent to ${host}`, {
              hint: `Write allowed_hosts: [${host}] if that is meant`,
            });
          } else {
            webhooks[found.length] = one.webhook;
            found.push({ kind: 'webhook', host, at });
          }
        }
      }
    }
    return found;
  };
  return { start: read(['on_run_start', 'on-run-start']), end: read(['on_run_end', 'on-run-end']), webhooks };
}

/** Undefined where it is no address that can be asked. */
function addressOf(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
  } catch {
    return undefined;
  }
}
