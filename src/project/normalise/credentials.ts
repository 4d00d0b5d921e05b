/** `auth:` and `headers:` of portals and manifests, as what is sent along. They are secrets: kept apart from the project. */
import type { Findings } from '../findings.js';
import type { Credentials } from '../types.js';
import type { Path, YamlFile } from '../yaml/yaml-file.js';

interface AuthObject {
  readonly type: 'basic' | 'bearer' | 'header' | 'query';
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  readonly name?: string;
  readonly value?: string;
}

export interface CredentialContext {
  /** Where `auth` and `headers` stand. */
  readonly path: Path;
  readonly doc: YamlFile;
  readonly findings: Findings;
  /** Addresses that they are meant for. */
  readonly addresses: readonly string[];
}

const NEEDED: Readonly<Record<AuthObject['type'], readonly (keyof AuthObject)[]>> = {
  basic: ['username', 'password'],
  bearer: ['token'],
  header: ['name', 'value'],
  query: ['name', 'value'],
};

/** Headers that decide how an answer comes back; lake sets them itself. */
const OWN = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'range',
  'if-range',
  'if-none-match',
  'if-modified-since',
]);

/** Undefined where there is nothing to send. Reports keys that are missing, and names and values that no header can have. */
export function toCredentials(
  { auth, headers = {} }: { readonly auth?: AuthObject; readonly headers?: Readonly<Record<string, string>> },
  context: CredentialContext,
): Credentials | undefined {
  const { path, doc, findings, addresses } = context;
  const sent: Record<string, string> = {};
  const query: Record<string, string> = {};
  const add = (name: string, value: string, at: Path): void => {
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) || OWN.has(lower)) {
      findings.add('LK1006', doc.at(at), `"${name}" cannot be a header of a request`, {
        hint: OWN.has(lower) ? 'lake sets this header itself' : 'Letters, digits and - make a header name',
      });
    } else if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      findings.add(
        'LK1006',
        doc.at(at),
        `the value of the header "${name}" has a line break or a character that no header can have`,
        {
          hint: 'Look at the environment variable that it comes from: a line break at its end is usual',
        },
      );
    } else if (value !== '') sent[lower] = value;
  };
  for (const [name, value] of Object.entries(headers)) add(name, value, [...path, 'headers', name]);
  if (auth) {
    const missing = NEEDED[auth.type].filter((key) => auth[key] === undefined);
    for (const key of missing) {
      findings.add('LK1005', doc.atKey([...path, 'auth']), `"${key}" is missing`, {
        hint: `auth of type ${auth.type} needs ${NEEDED[auth.type].join(' and ')}`,
      });
    }
    const at = [...path, 'auth'];
    if (missing.length === 0) {
      if (auth.type === 'bearer' && auth.token) add('authorization', `Bearer ${auth.token}`, at);
      if (auth.type === 'basic' && `${auth.username}${auth.password}` !== '')
        add('authorization', `Basic ${base64(`${auth.username}:${auth.password}`)}`, at);
      if (auth.type === 'header') add(auth.name!, auth.value!, at);
      if (auth.type === 'query' && auth.value) query[auth.name!] = auth.value;
    }
  }
  if (Object.keys(sent).length === 0 && Object.keys(query).length === 0) return undefined;
  const keys = [...(auth ? ['`auth:`'] : []), ...(Object.keys(headers).length > 0 ? ['`headers:`'] : [])];
  const of = path[0] === 'portals' ? ` of the portal ${String(path[1])}` : '';
  const written = `${keys.join(' and ')}${of} in ${doc.file}`;
  return { written, origins: originsOf(addresses), headers: sent, query };
}

/** What of credentials must be hidden beside the values as they are written: what lake made of them. */
export function madeSecrets({ headers }: Credentials): readonly string[] {
  const { authorization } = headers;
  return authorization?.startsWith('Basic ') ? [authorization.slice('Basic '.length)] : [];
}

/** Origins of addresses whose host is written out: one that a row of another dataset names gets no secret. */
function originsOf(addresses: readonly string[]): readonly string[] {
  return [
    ...new Set(
      addresses.flatMap((address) => {
        const start = /^https?:\/\/[^/?#]+/i.exec(address)?.[0];
        return start !== undefined && !/[{}@]/.test(start) && URL.canParse(start)
          ? [new URL(start).origin]
          : [];
      }),
    ),
  ];
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
