/** Addresses and prefixes as Go's net/netip and net read them. */
import { selectorFaults } from './acceptLabels';
import type { Check } from './acceptCheck';
import type { Path } from './model';
import type { GoCidrRule } from './readPolicyTypes';

/** An address as its groups of 16 bits (IPv6) or 8 bits (IPv4). */
interface Address {
  readonly family: 4 | 6;
  readonly bytes: readonly number[];
  readonly hasZone: boolean;
}

interface Prefix {
  readonly address: Address;
  readonly bits: number;
}

/** Dotted, four fields without leading zeros. */
function ipv4(text: string): readonly number[] | null {
  const fields = text.split('.');
  if (fields.length !== 4 || !fields.every((field) => /^(?:0|[1-9]\d{0,2})$/.test(field))) return null;
  const bytes = fields.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function ipv6(text: string): readonly number[] | null {
  const lastColon = text.lastIndexOf(':');
  let groups = text;
  if (text.includes('.')) {
    const tail = ipv4(text.slice(lastColon + 1));
    if (!tail) return null;
    const [a = 0, b = 0, c = 0, d = 0] = tail;
    groups = `${text.slice(0, lastColon + 1)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = groups.split('::');
  if (halves.length > 2) return null;
  const read = (half: string): readonly number[] | null => {
    if (half === '') return [];
    const parts = half.split(':');
    return parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))
      ? parts.map((part) => Number.parseInt(part, 16))
      : null;
  };
  const [left, right] = [read(halves[0] ?? ''), read(halves[1] ?? '')];
  if (!left || !right) return null;
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...left, ...Array<number>(missing).fill(0), ...right].flatMap((group) => [group >> 8, group & 255]);
}

const longestAddress = 64;

/** `netip.ParseAddr`. */
function parseAddress(text: string): Address | null {
  const percent = text.indexOf('%');
  const bare = percent < 0 ? text : text.slice(0, percent);
  if (bare.length > longestAddress || percent === text.length - 1) return null;
  if (!bare.includes(':')) {
    const bytes = percent < 0 ? ipv4(bare) : null;
    return bytes && { family: 4, bytes, hasZone: false };
  }
  const bytes = ipv6(bare);
  return bytes && { family: 6, bytes, hasZone: percent >= 0 };
}

/** `netip.ParsePrefix`: no zone, a length without sign or leading zero. */
function parsePrefix(text: string): Prefix | null {
  const slash = text.lastIndexOf('/');
  const address = slash < 0 ? null : parseAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (!address || address.hasZone || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return null;
  const bits = Number(length);
  return bits <= address.bytes.length * 8 ? { address, bits } : null;
}

/** `ParseCIDRSloppy` of k8s.io/utils/net, which the API server calls: it takes leading zeros everywhere. */
export function isSloppyCidr(text: string): boolean {
  const [address = '', length = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d+$/.test(length) || address.includes('%')) return false;
  const parsed = parseAddress(address.replace(/(^|[.:])0+(?=[0-9a-fA-F])/g, '$1'));
  return parsed !== null && Number(length) <= parsed.bytes.length * 8;
}

/** Whether the first bits of an address of the same family are those of the prefix. An IPv4 address in IPv6 is IPv6. */
function contains({ address, bits }: Prefix, other: Address): boolean {
  if (address.family !== other.family) return false;
  return address.bytes.every((byte, at) => {
    const covered = Math.min(Math.max(bits - at * 8, 0), 8);
    const mask = (0xff << (8 - covered)) & 0xff;
    return (byte & mask) === ((other.bytes[at] ?? 0) & mask);
  });
}

/** An entry of `fromCIDR` or `toCIDR`: a prefix or an address. */
export function acceptCidr(text: string, path: Path, { refuse }: Check): void {
  if (text === '') refuse(path, 'cidr-missing', 'IP must be specified');
  else if (!parsePrefix(text) && !parseAddress(text))
    refuse(path, 'cidr-unreadable', 'unable to parse CIDR: ParseAddr(');
}

/** An entry of `fromCIDRSet` or `toCIDRSet`: a prefix with its length, with exceptions inside it, or a group of CIDRs. */
export function acceptCidrRule(rule: GoCidrRule, { version, refuse }: Check): void {
  const { at, cidr = '', cidrGroupRef = '', cidrGroupSelector, except = [] } = rule;
  if (cidrGroupSelector) {
    const prefix = version === '1.20' ? 'cidrgroup:' : 'cidrgroup.';
    for (const { path } of selectorFaults(cidrGroupSelector, version, prefix))
      refuse(
        path,
        'selector-invalid',
        `failed to ${version === '1.20' ? 'sanitize' : 'parse'} cidrGroupSelector `,
      );
  }
  const kinds = [cidr !== '', cidrGroupRef !== '', cidrGroupSelector !== undefined].filter(Boolean).length;
  if (kinds === 0) refuse(at, 'cidr-missing', 'one of cidr, cidrGroupRef, or cidrGroupSelector is required');
  if (kinds > 1)
    refuse(
      at,
      'cidr-several-kinds',
      'more than one of cidr, cidrGroupRef, or cidrGroupSelector may not be set',
    );
  if (cidrGroupRef !== '' || cidrGroupSelector || cidr === '') return;
  const prefix = parsePrefix(cidr);
  if (!prefix) {
    refuse(
      [...at, 'cidr'],
      'cidr-unreadable',
      `unable to parse CIDRRule ${JSON.stringify(cidr)}: netip.ParsePrefix(`,
    );
    return;
  }
  except.forEach((text, position) => {
    const path = [...at, 'except', position];
    const exception = parsePrefix(text);
    if (!exception) refuse(path, 'cidr-unreadable', `netip.ParsePrefix(${JSON.stringify(text)}): `);
    // Until 1.19 an exception that is wider than the prefix passes, when its first address is inside.
    else if ((version === '1.20' && prefix.bits > exception.bits) || !contains(prefix, exception.address))
      refuse(
        path,
        'exception-outside',
        `allow CIDR prefix ${cidr} does not contain exclude CIDR prefix ${text}`,
      );
  });
}
