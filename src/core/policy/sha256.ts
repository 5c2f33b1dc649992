const roundConstants = fractionalBits(64, Math.cbrt);
const startState = fractionalBits(8, Math.sqrt);

/** The first 32 fractional bits of a root of the first primes, as FIPS 180-4 §4.2.2 and §5.3.3 define the constants. */
function fractionalBits(count: number, root: (prime: number) => number): readonly number[] {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number += 1)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  return primes.map((prime) => ((root(prime) % 1) * 2 ** 32) | 0);
}

const rotated = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/**
 * SHA-256 of a text's UTF-8 bytes, in hexadecimal (FIPS 180-4). Written out because this code runs where neither Node's
 * nor a synchronous Web Crypto is to be had.
 */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, (bytes.length * 8) >>> 0);
  const state = Int32Array.from(startState);
  const words = new Int32Array(64);
  const at = (array: Int32Array | readonly number[], index: number): number => array[index] ?? 0;
  for (let block = 0; block < padded.length; block += 64) {
    for (let index = 0; index < 16; index += 1) words[index] = view.getInt32(block + index * 4);
    for (let index = 16; index < 64; index += 1) {
      const near = at(words, index - 2);
      const far = at(words, index - 15);
      const first = rotated(far, 7) ^ rotated(far, 18) ^ (far >>> 3);
      const second = rotated(near, 17) ^ rotated(near, 19) ^ (near >>> 10);
      words[index] = at(words, index - 16) + first + at(words, index - 7) + second;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let index = 0; index < 64; index += 1) {
      const sumE = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const first = (h + sumE + ((e & f) ^ (~e & g)) + at(roundConstants, index) + at(words, index)) | 0;
      const sumA = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const second = (sumA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] = at(state, index) + word));
  }
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
