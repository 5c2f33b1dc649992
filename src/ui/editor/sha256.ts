import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal, natively: several times faster than the one that the analysis brings along. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
