import type { RE2JS } from 're2js';
import { condition, operation, programOf, takes, type Instruction } from './patternProgram';

/** The characters of ASCII that a value may have, the preferred ones first. */
export interface Alphabet {
  readonly first: string;
  readonly rest: string;
}

/** What the next character must be: one of a word, none of a word (or the end), or nothing at all. */
type Next = 'any' | 'word' | 'other' | 'end';

/** A place in the program, after the characters that lead to it. */
interface Place {
  readonly at: number;
  readonly next: Next;
  readonly length: number;
  readonly last: string;
  readonly before: Place | null;
}

const mostPlaces = 200_000;
const isWord = (character: string): boolean => /^\w$/.test(character);

function narrowed(next: Next, wanted: Exclude<Next, 'any'>): Next | null {
  if (next === 'any' || next === wanted) return wanted;
  return next !== 'word' && wanted !== 'word' ? 'end' : null;
}

/** What an empty-width instruction leaves of what may come next; null where it cannot hold. */
function afterConditions(conditions: number, { next, length, last }: Place): Next | null {
  const has = (...bits: readonly number[]): boolean => bits.some((bit) => (conditions & bit) !== 0);
  const wordBefore = isWord(last);
  let left: Next | null = next;
  // Lines begin and end where the text does: no value holds a line break.
  if (has(condition.beginText, condition.beginLine) && length > 0) return null;
  if (has(condition.endText, condition.endLine)) left = narrowed(left, 'end');
  if (left && has(condition.wordBoundary)) left = narrowed(left, wordBefore ? 'other' : 'word');
  if (left && has(condition.noWordBoundary)) left = narrowed(left, wordBefore ? 'word' : 'other');
  return left;
}

function textOf(place: Place): string {
  const characters: string[] = [];
  for (let at: Place | null = place; at; at = at.before) characters.push(at.last);
  return characters.reverse().join('');
}

/** The preferred character that is part of a word and the preferred one that is not, as far as the instruction takes them. */
function choices(instruction: Instruction, characters: string, next: Next): readonly string[] {
  const found: string[] = [];
  if (next === 'end') return found;
  for (const wanted of [true, false]) {
    if ((next === 'word' && !wanted) || (next === 'other' && wanted)) continue;
    for (let at = 0; at < characters.length; at += 1) {
      const character = characters.charAt(at);
      if (isWord(character) !== wanted || !takes(instruction, character)) continue;
      found.push(character);
      break;
    }
  }
  // In the alphabet's order, so that a path goes on with a letter rather than a dot where both will do.
  return found.sort((a, b) => characters.indexOf(a) - characters.indexOf(b));
}

/**
 * A shortest value, of one character or more, that the expression matches as a whole: breadth first through its compiled
 * program, each place once. Null where there is none in this alphabet, or none within the bounds.
 */
export function shortestMatch(expression: RE2JS, alphabet: Alphabet, longest: number): string | null {
  const program = programOf(expression);
  if (!program) return null;
  const seen = new Set<string>();
  let level: Place[] = [{ at: program.start, next: 'any', length: 0, last: '', before: null }];
  for (let length = 0; level.length > 0 && length <= longest; length += 1) {
    const following: Place[] = [];
    const open = level.reverse();
    for (let place = open.pop(); place; place = open.pop()) {
      const key = `${place.at} ${place.next} ${isWord(place.last)} ${length === 0}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > mostPlaces) return null;
      const instruction = program.instructions[place.at];
      if (!instruction) return null;
      const { op, out, arg } = instruction;
      if (op === operation.match) {
        if (length > 0 && place.next !== 'word') return textOf(place);
      } else if (op === operation.alternative || op === operation.alternativeMatch) {
        open.push({ ...place, at: arg }, { ...place, at: out });
      } else if (op === operation.capture || op === operation.nop) {
        open.push({ ...place, at: out });
      } else if (op === operation.emptyWidth) {
        const next = afterConditions(arg, place);
        if (next) open.push({ ...place, at: out, next });
      } else if (op >= operation.rune && op <= operation.anyRuneNotNewline) {
        const characters = length === 0 ? alphabet.first : alphabet.rest;
        for (const last of choices(instruction, characters, place.next))
          following.push({ at: out, next: 'any', length: length + 1, last, before: place });
      } else if (op !== operation.fail) return null;
    }
    level = following;
  }
  return null;
}
