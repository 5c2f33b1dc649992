import { Inflate } from 'fflate';
import { messageOf, Problem } from '../../core/problem';
import { crc32 } from './crc32';
import { limits, megabytes } from './limits';

/** A file of an archive, its name checked: it leads nowhere but down. */
export interface ZipFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Records of the format (PKWARE APPNOTE 6.3.10, 4.3), by signature and least length. */
const endRecord = { signature: 0x06054b50, length: 22 };
const directoryRecord = { signature: 0x02014b50, length: 46 };
const fileRecord = { signature: 0x04034b50, length: 30 };
const longestComment = 0xffff;
const stored = 0;
const deflated = 8;
const encryptedFlag = 1;
/** Archives made on Unix keep the file's mode; this part of it says that it is a link. */
const madeOnUnix = 3;
const fileTypeMask = 0o170000;
const symbolicLink = 0o120000;

/** Bytes that are inflated at once: what they can become, a thousandfold at most, stays small beside the limits. */
const inflateAtOnce = 16_384;

interface Entry {
  readonly path: string;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

function refuse(archive: string, reason: string): Problem {
  return new Problem('usage', `${archive} ${reason}.`, 'Nothing of it was taken over.');
}

/** Whether a name stays below the folder that it is read into, on every system. */
function leadsDown(path: string): boolean {
  const parts = path.split('/');
  return (
    path !== '' &&
    !/[\\:\p{Cc}]/u.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function endOf(view: DataView, archive: string): number {
  const least = Math.max(0, view.byteLength - endRecord.length - longestComment);
  for (let at = view.byteLength - endRecord.length; at >= least; at--) {
    if (view.getUint32(at, true) === endRecord.signature) return at;
  }
  throw refuse(archive, 'is no zip archive, or was cut short: it has no end');
}

/** The entries of the archive's directory that are files; throws for any that would be trouble, before anything is unpacked. */
function entriesOf(view: DataView, archive: string): readonly Entry[] {
  const end = endOf(view, archive);
  const count = view.getUint16(end + 10, true);
  if (count > limits.files) throw refuse(archive, `holds ${count} files, more than ${limits.files}`);
  let at = view.getUint32(end + 16, true);
  const entries: Entry[] = [];
  const names = new Set<string>();
  let total = 0;
  for (let index = 0; index < count; index++) {
    if (at + directoryRecord.length > end || view.getUint32(at, true) !== directoryRecord.signature)
      throw refuse(archive, 'is damaged: its directory is not whole');
    const nameLength = view.getUint16(at + 28, true);
    const nameAt = at + directoryRecord.length;
    const next = nameAt + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw refuse(archive, 'is damaged: its directory is not whole');
    const path = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + nameAt, nameLength));
    const name = JSON.stringify(path);
    const entry: Entry = {
      path,
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    const mode = view.getUint32(at + 38, true) >>> 16;
    const isLink = view.getUint8(at + 5) === madeOnUnix && (mode & fileTypeMask) === symbolicLink;
    const isFolder = path.endsWith('/');
    if (!leadsDown(isFolder ? path.slice(0, -1) : path))
      throw refuse(archive, `holds a file with the name ${name}, which leads out of its folder`);
    if (names.has(path)) throw refuse(archive, `holds ${name} twice`);
    if (isLink) throw refuse(archive, `holds a link, ${name}`);
    if ((view.getUint16(at + 8, true) & encryptedFlag) !== 0)
      throw refuse(archive, `holds ${name}, which is encrypted`);
    names.add(path);
    total += entry.bytes;
    if (entry.bytes > limits.fileBytes || total > limits.totalBytes)
      throw refuse(
        archive,
        `unpacks to more than ${megabytes(limits.totalBytes)}, or has a file of more than ${megabytes(limits.fileBytes)}`,
      );
    if (entry.bytes > limits.ratioFromBytes && entry.bytes > limits.ratio * entry.packedBytes)
      throw refuse(archive, `holds ${name}, which unpacks to over ${limits.ratio} times its size`);
    if (!isFolder) entries.push(entry);
    at = next;
  }
  return entries;
}

function inflated(packed: Uint8Array, bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let length = 0;
  const inflate = new Inflate((chunk) => {
    if (length + chunk.length > bytes) throw new Error('it is larger than it says');
    whole.set(chunk, length);
    length += chunk.length;
  });
  for (let at = 0; at < packed.length; at += inflateAtOnce) {
    const next = at + inflateAtOnce;
    inflate.push(packed.subarray(at, next), next >= packed.length);
  }
  if (length !== bytes) throw new Error('it is smaller than it says');
  return whole;
}

function contentOf(data: Uint8Array, view: DataView, entry: Entry): Uint8Array {
  const { offset, method, packedBytes, bytes, checksum } = entry;
  if (offset + fileRecord.length > data.length || view.getUint32(offset, true) !== fileRecord.signature)
    throw new Error('it is not where the directory says');
  const from =
    offset + fileRecord.length + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (from + packedBytes > data.length) throw new Error('it was cut short');
  const packed = data.subarray(from, from + packedBytes);
  if (method !== stored && method !== deflated) throw new Error('it is packed in a way that is not known');
  const content = method === stored ? packed : inflated(packed, bytes);
  if (content.length !== bytes || crc32(content) !== checksum) throw new Error('its checksum is another');
  return content;
}

/**
 * The files of a zip archive, all of them or none: names that lead out, links, repeated names, encryption, too much of
 * anything and damage throw a usage {@link Problem}, which begins with `archive`. The library's own reader tells neither
 * links nor checksums, and unpacks more than an entry says it holds; so its inflation is used and the directory is read here.
 */
export function readZip(data: Uint8Array, archive: string): readonly ZipFile[] {
  if (data.length > limits.archiveBytes)
    throw refuse(archive, `is larger than ${megabytes(limits.archiveBytes)}`);
  if (data.length < endRecord.length)
    throw refuse(archive, 'is no zip archive, or was cut short: it has no end');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return entriesOf(view, archive).map((entry) => {
    try {
      return { path: entry.path, bytes: contentOf(data, view, entry) };
    } catch (error) {
      throw refuse(archive, `is damaged: of ${JSON.stringify(entry.path)}, ${messageOf(error)}`);
    }
  });
}

/** Whether bytes begin like a zip archive. */
export function isZip(data: Uint8Array): boolean {
  const [p, k, third, fourth] = data;
  const isStart = (third === 3 && fourth === 4) || (third === 5 && fourth === 6);
  return p === 0x50 && k === 0x4b && isStart;
}
