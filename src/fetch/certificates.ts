import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { LakeError } from '../errors/lake-error.js';

/**
 * Authorities that `SSL_CERT_FILE` adds to those of Node.js; undefined where it is not set, so that Node.js decides alone.
 * Node.js itself reads `NODE_EXTRA_CA_CERTS`, but forgets it for a connection that names its authorities: it is kept here.
 * @throws LakeError LK3118 when a file cannot be read: a connection must not fail for another reason than the real one.
 */
export function certificateAuthorities(env: NodeJS.ProcessEnv): string[] | undefined {
  const { SSL_CERT_FILE: own, NODE_EXTRA_CA_CERTS: extra } = env;
  if (!own) return undefined;
  return [
    ...rootCertificates,
    read('SSL_CERT_FILE', own),
    ...(extra ? [read('NODE_EXTRA_CA_CERTS', extra)] : []),
  ];
}

function read(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new LakeError('LK3118', `${name} names ${path}, which cannot be read`, {
      hint: `Let ${name} name a PEM file with certificates, or unset it`,
      cause: error,
    });
  }
}
