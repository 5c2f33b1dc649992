import { strFromU8, strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { seededNumbers } from '../../../src/core/plan/shuffle';
import { Problem } from '../../../src/core/problem';
import { crc32 } from '../../../src/store/exchange/crc32';
import { isZip, readZip } from '../../../src/store/exchange/readZip';
import { rawZip, zipOf } from './zips';

const content = strToU8('{"a": 1}\n'.repeat(50));
const messageOf = (data: Uint8Array): string => {
  try {
    readZip(data, 'a.zip');
  } catch (error) {
    if (error instanceof Problem && error.kind === 'usage') return error.what;
    throw error;
  }
  return '';
};

describe('an archive', () => {
  it('is read as it was written, folders left out', () => {
    const files = readZip(zipOf({ 'a/b.txt': 'hello', 'ä.json': '{}', 'empty.txt': '' }), 'a.zip');
    expect(files.map(({ path, bytes }) => [path, strFromU8(bytes)])).toEqual([
      ['a/b.txt', 'hello'],
      ['ä.json', '{}'],
      ['empty.txt', ''],
    ]);
    expect(
      readZip(
        rawZip([
          { name: 'd/', content: new Uint8Array() },
          { name: 'd/f', content },
        ]),
        'a.zip',
      ),
    ).toEqual([{ path: 'd/f', bytes: content }]);
  });

  it('is read stored as well as deflated, and over many chunks', () => {
    const random = seededNumbers(3);
    const long = Uint8Array.from({ length: 300_000 }, () => Math.floor(random() * 256));
    for (const level of [0, 9] as const) {
      const [file] = readZip(zipSync({ long }, { level }), 'a.zip');
      expect(Buffer.compare(file?.bytes ?? new Uint8Array(), long)).toBe(0);
    }
  });

  it('has the checksum that zip asks for', () => {
    // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
    expect(crc32(strToU8('123456789'))).toBe(0xcbf43926);
  });

  it('is told by how it begins', () => {
    expect([
      isZip(zipOf({ a: 'b' })),
      isZip(zipOf({})),
      isZip(strToU8('PK, and so on')),
      isZip(new Uint8Array()),
    ]).toEqual([true, true, false, false]);
  });
});

describe('an archive that is not to be trusted', () => {
  it.each([
    '../evil.json',
    'a/../../evil',
    '/etc/passwd',
    '..',
    'a/./b',
    'a//b',
    '..\\evil',
    'C:/evil',
    'a\u0000b',
    '',
  ])('is refused for the name %j', (name) => {
    expect(
      messageOf(
        rawZip([
          { name: 'fine', content },
          { name, content },
        ]),
      ),
    ).toContain('leads out of its folder');
  });

  it.each([
    [
      'a name twice',
      rawZip([
        { name: 'a', content },
        { name: 'a', content },
      ]),
      'holds "a" twice',
    ],
    ['a link', rawZip([{ name: 'a', content: strToU8('/etc/passwd'), mode: 0o120777 }]), 'holds a link, "a"'],
    ['encryption', rawZip([{ name: 'a', content, flags: 1 }]), 'is encrypted'],
    ['a way of packing', rawZip([{ name: 'a', content, says: { method: 14 } }]), 'a way that is not known'],
    ['a checksum', rawZip([{ name: 'a', content, says: { checksum: 7 } }]), 'its checksum is another'],
    ['less than it says', rawZip([{ name: 'a', content, says: { bytes: 900 } }]), 'smaller than it says'],
    ['more than it says', rawZip([{ name: 'a', content, says: { bytes: 9 } }]), 'larger than it says'],
    [
      'an offset beyond',
      rawZip([{ name: 'a', content, says: { offset: 1e9 } }]),
      'not where the directory says',
    ],
    [
      'a size beyond',
      rawZip([{ name: 'a', content, says: { bytes: 0xffffffff } }]),
      'unpacks to more than 256 MB',
    ],
    ['nothing', new Uint8Array(), 'no zip archive'],
    ['no archive', strToU8('PK\u0003\u0004 and more than twenty-two bytes'), 'no zip archive'],
  ])('is refused for %s', (_, data, message) => {
    expect(messageOf(data)).toContain(message);
  });

  it('is refused for too many files', () => {
    const names = Object.fromEntries(Array.from({ length: 4001 }, (_, index) => [`f${index}`, '']));
    expect(messageOf(zipOf(names))).toContain('more than 4000');
  });

  it('is refused for what unpacks to far more than its size', () => {
    const data = zipSync({ bomb: new Uint8Array(20_000_000) });
    expect(data.length).toBeLessThan(30_000);
    expect(messageOf(data)).toContain('over 200 times its size');
  });

  it('is refused for all of it where each alone would pass', () => {
    const random = seededNumbers(5);
    const part = Uint8Array.from({ length: 400_000 }, () => Math.floor(random() * 256));
    const entry = { content: part, says: { bytes: 60_000_000 } };
    const data = rawZip([1, 2, 3, 4, 5].map((index) => ({ ...entry, name: `f${index}` })));
    expect(messageOf(data)).toContain('unpacks to more than 256 MB');
  });

  it('stops to unpack what is larger than it says, instead of going on to its end', () => {
    // 8 MB that say they are 9 bytes.
    const packed = rawZip([{ name: 'a', content: new Uint8Array(8_000_000), says: { bytes: 9 } }]);
    expect(messageOf(packed)).toContain('larger than it says');
  });

  it('is read or refused wherever it is cut or changed', () => {
    const whole = zipOf({ 'run.json': '{"a": 1}', 'samples/a.json': 'x'.repeat(400) });
    for (let at = 0; at < whole.length; at++) expect(messageOf(whole.subarray(0, at))).not.toBe('');
    const random = seededNumbers(11);
    for (let time = 0; time < 400; time++) {
      const changed = Uint8Array.from(whole);
      changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
      messageOf(changed);
    }
  });
});
