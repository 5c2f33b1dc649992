import { deflateSync, strToU8, zipSync } from 'fflate';
import { crc32 } from '../../../src/store/exchange/crc32';

/** One entry of an archive that no tool would write. */
export interface RawEntry {
  readonly name: string;
  readonly content: Uint8Array;
  /** What the directory says in place of the truth. */
  readonly says?: {
    readonly bytes?: number;
    readonly checksum?: number;
    readonly method?: number;
    readonly offset?: number;
  };
  readonly flags?: number;
  /** File mode of Unix, e.g. 0o120777 for a link. */
  readonly mode?: number;
}

function record(length: number, fields: readonly (readonly [number, 2 | 4, number])[]): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (const [at, size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** An archive after PKWARE's APPNOTE, with whatever an entry says. */
export function rawZip(entries: readonly RawEntry[]): Uint8Array {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, content, says = {}, flags = 0x800, mode = 0o100644 } of entries) {
    const packed = deflateSync(content);
    const nameBytes = strToU8(name);
    const file = joined([
      record(30, [
        [0, 4, 0x04034b50],
        [8, 2, 8],
        [26, 2, nameBytes.length],
      ]),
      nameBytes,
      packed,
    ]);
    files.push(file);
    directory.push(
      record(46, [
        [0, 4, 0x02014b50],
        [4, 2, 0x0314],
        [8, 2, flags],
        [10, 2, says.method ?? 8],
        [16, 4, says.checksum ?? crc32(content)],
        [20, 4, packed.length],
        [24, 4, says.bytes ?? content.length],
        [28, 2, nameBytes.length],
        [38, 4, mode * 0x10000],
        [42, 4, says.offset ?? offset],
      ]),
      nameBytes,
    );
    offset += file.length;
  }
  const listed = joined(directory);
  const end = record(22, [
    [0, 4, 0x06054b50],
    [8, 2, entries.length],
    [10, 2, entries.length],
    [12, 4, listed.length],
    [16, 4, offset],
  ]);
  return joined([...files, listed, end]);
}

/** An archive of texts, as a tool would write it. */
export function zipOf(files: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}
