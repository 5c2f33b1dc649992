import type { RE2JS } from 're2js';

/** Operations of RE2's compiled programs, numbered as re2js 2.10 does (its `Inst`; in Go, package regexp/syntax). */
export const operation = {
  alternative: 1,
  alternativeMatch: 2,
  capture: 3,
  emptyWidth: 4,
  fail: 5,
  match: 6,
  nop: 7,
  rune: 8,
  rune1: 9,
  anyRune: 10,
  anyRuneNotNewline: 11,
} as const;

/** Conditions of an empty-width instruction, as bits (Go, regexp/syntax, EmptyOp). */
export const condition = {
  beginLine: 1,
  endLine: 2,
  beginText: 4,
  endText: 8,
  wordBoundary: 16,
  noWordBoundary: 32,
} as const;

/** One instruction: what it does, where it goes on, its argument, and the code points it takes (pairs, or a single one). */
export interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: Int32Array;
}

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly start: number;
}

const isInstruction = (value: unknown): value is Instruction =>
  typeof value === 'object' &&
  value !== null &&
  'op' in value &&
  typeof value.op === 'number' &&
  'out' in value &&
  typeof value.out === 'number' &&
  'arg' in value &&
  typeof value.arg === 'number' &&
  'runes' in value &&
  value.runes instanceof Int32Array;

/** The compiled program of an expression. Null where the library keeps it in another shape than the one known here. */
export function programOf(expression: RE2JS): Program | null {
  const program: unknown = expression.re2().prog;
  if (typeof program !== 'object' || program === null) return null;
  if (!('inst' in program) || !Array.isArray(program.inst) || !('start' in program)) return null;
  const instructions: readonly unknown[] = program.inst;
  return typeof program.start === 'number' && instructions.every(isInstruction)
    ? { instructions, start: program.start }
    : null;
}

const foldCase = 1;

/** Whether an instruction takes a character of ASCII. */
export function takes({ op, arg, runes }: Instruction, character: string): boolean {
  const code = character.charCodeAt(0);
  if (op === operation.anyRune) return true;
  if (op === operation.anyRuneNotNewline) return character !== '\n';
  const [only] = runes;
  if (runes.length === 1 && only !== undefined) {
    if (only === code) return true;
    return (arg & foldCase) !== 0 && String.fromCodePoint(only).toLowerCase() === character.toLowerCase();
  }
  for (let at = 0; at + 1 < runes.length; at += 2)
    if (code >= (runes[at] ?? Infinity) && code <= (runes[at + 1] ?? -1)) return true;
  return false;
}
