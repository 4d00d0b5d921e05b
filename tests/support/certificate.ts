/**
 * X.509 certificates made by the test that needs them, so that no key lies in the repository: a small DER writer
 * (ITU-T X.690) around RFC 5280's structures, signed with ECDSA by node:crypto.
 */
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface Certified {
  readonly key: string;
  readonly cert: string;
}

export interface Authority extends Certified {
  /** A certificate for `127.0.0.1` and these names. `days` from now: negative for one that has expired. */
  issue(names: readonly string[], days?: number): Certified;
}

/** A certificate authority of its own. */
export function createAuthority(name = 'lake test authority'): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const self = certificate({
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    signer: keys.privateKey,
    days: 2,
  });
  return {
    key: pem('PRIVATE KEY', keys.privateKey.export({ type: 'pkcs8', format: 'der' })),
    cert: self,
    issue(names, days = 2) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        key: pem('PRIVATE KEY', own.privateKey.export({ type: 'pkcs8', format: 'der' })),
        cert: certificate({
          subject: names[0] ?? '127.0.0.1',
          issuer: name,
          publicKey: own.publicKey,
          signer: keys.privateKey,
          days,
          names,
        }),
      };
    },
  };
}

interface Content {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly days: number;
  /** Undefined for an authority. */
  readonly names?: readonly string[];
}

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));

function certificate({ subject, issuer, publicKey, signer, days, names }: Content): string {
  const now = Date.now();
  const day = 86_400_000;
  const [from, to] = days > 0 ? [now - day, now + days * day] : [now + (days - 9) * day, now + days * day];
  const extension = (id: string, value: Buffer) => sequence(oid(id), tlv(0x04, value));
  const extensions =
    names === undefined
      ? [extension('551d13', sequence(tlv(0x01, Buffer.from([0xff]))))]
      : [
          extension(
            '551d11',
            sequence(
              ...names.map((one) => tlv(0x82, Buffer.from(one))),
              tlv(0x87, Buffer.from([127, 0, 0, 1])),
            ),
          ),
        ];
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([names === undefined ? 1 : 2])),
    ecdsaWithSha256,
    distinguishedName(issuer),
    sequence(time(from), time(to)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  );
  const signature = createSign('sha256').update(body).sign(signer);
  return pem(
    'CERTIFICATE',
    sequence(body, ecdsaWithSha256, tlv(0x03, Buffer.concat([Buffer.from([0]), signature]))),
  );
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(commonName)))));
}

function time(ms: number): Buffer {
  return tlv(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]|\..*/g, '')}Z`));
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

/** Tag, length, value. */
function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
