import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A certificate and its key in PEM, and what signs others by it. Made at test time: nothing to renew, nothing to leak. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
  readonly name: string;
}

export interface CertificateWishes {
  readonly name: string;
  /** None: it signs itself, and may sign others. */
  readonly issuer?: Certified;
  /** Addresses and names it is for. */
  readonly addresses?: readonly string[];
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** One element of DER (X.690): tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length =
    body.length < 128
      ? Buffer.from([body.length])
      : body.length < 256
        ? Buffer.from([0x81, body.length])
        : Buffer.from([0x82, body.length >> 8, body.length & 255]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
}

const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
const integer = (bytes: Buffer): Buffer => der(0x02, bytes);
const octets = (content: Buffer): Buffer => der(0x04, content);
const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content);
const yes = der(0x01, Buffer.from([0xff]));

/** An object identifier whose first two arcs are below 3.40 and whose others are as given. */
function oid(...arcs: readonly number[]): Buffer {
  const [first = 0, second = 0, ...rest] = arcs;
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 127];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

const ecdsaWithSha256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2));

function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return der(0x18, Buffer.from(`${text}Z`));
}

function distinguished(name: string): Buffer {
  return sequence(der(0x31, sequence(oid(2, 5, 4, 3), der(0x0c, Buffer.from(name)))));
}

function extensions(wishes: CertificateWishes): Buffer {
  const alternatives = [
    ...(wishes.names ?? []).map((name) => der(0x82, Buffer.from(name))),
    ...(wishes.addresses ?? []).map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
  ];
  return sequence(
    sequence(oid(2, 5, 29, 19), yes, octets(wishes.issuer === undefined ? sequence(yes) : sequence())),
    ...(alternatives.length === 0 ? [] : [sequence(oid(2, 5, 29, 17), octets(sequence(...alternatives)))]),
  );
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

const day = 86_400_000;

/** Makes an X.509 certificate (RFC 5280) with a key on P-256. */
export function certify(wishes: CertificateWishes): Certified {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer: KeyObject = wishes.issuer === undefined ? privateKey : createPrivateKey(wishes.issuer.key);
  const serial = randomBytes(8);
  serial[0] = 0x01;
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    distinguished(wishes.issuer?.name ?? wishes.name),
    sequence(
      time(wishes.notBefore ?? new Date(Date.now() - 30 * day)),
      time(wishes.notAfter ?? new Date(Date.now() + day)),
    ),
    distinguished(wishes.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions(wishes)),
  );
  const signature = sign('sha256', toBeSigned, signer);
  return {
    name: wishes.name,
    certificate: pem('CERTIFICATE', sequence(toBeSigned, ecdsaWithSha256, bits(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
