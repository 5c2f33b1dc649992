import { RE2JS } from 're2js';
import { messageOf } from '../problem';
import { shortestMatch, type Alphabet } from './patternSearch';

const longestPattern = 1000;
const longestValue = 2000;
/** Instructions of a compiled pattern; `[a-z]{1000}` has some 1000. */
const largestProgram = 5000;
/**
 * Instructions times characters that one policy may cost. RE2 takes time in proportion to them: at worst some 10 million a
 * second, so a policy that is made to be slow is given up after a few seconds.
 */
const stepBudget = 25_000_000;
/** What compiling an instruction takes, in the time of steps. */
const stepsToCompile = 10;

/** The regular expressions of one policy, in the syntax that Cilium's agent and Envoy take (RE2), matched in linear time. */
export interface Patterns {
  /** Why RE2 refuses the pattern; null where it takes it. */
  readonly refusal: (pattern: string) => string | null;
  /** Instructions of the compiled pattern; null where RE2 refuses it or it is too large to compile here. */
  readonly size: (pattern: string) => number | null;
  /** Whether the pattern matches the whole value; null where that cannot be tried in bounded time. */
  readonly matchesWhole: (pattern: string, value: string) => boolean | null;
  /** A shortest value of the alphabet that the pattern matches as a whole; null where there is none or none was found. */
  readonly example: (pattern: string, alphabet: Alphabet) => string | null;
}

type Compiled = { readonly expression: RE2JS } | { readonly refusal: string } | 'too-large';

/** Compiles each pattern once. The budget of steps is shared by all: make one for each policy. */
export function createPatterns(): Patterns {
  const known = new Map<string, Compiled>();
  let steps = stepBudget;
  const compile = (pattern: string): Compiled => {
    if (pattern.length > longestPattern || steps <= 0) return 'too-large';
    try {
      const expression = RE2JS.compile(pattern);
      const size = expression.programSize();
      steps -= size * stepsToCompile;
      return size > largestProgram ? 'too-large' : { expression };
    } catch (error) {
      return { refusal: messageOf(error) };
    }
  };
  const compiled = (pattern: string): Compiled => {
    const found = known.get(pattern) ?? compile(pattern);
    known.set(pattern, found);
    return found;
  };
  const expressionOf = (pattern: string): RE2JS | null => {
    const found = compiled(pattern);
    return found !== 'too-large' && 'expression' in found ? found.expression : null;
  };
  const matchesWhole = (pattern: string, value: string): boolean | null => {
    const expression = expressionOf(pattern);
    if (!expression || value.length > longestValue || steps <= 0) return null;
    steps -= expression.programSize() * (value.length + 1);
    return expression.testExact(value);
  };
  return {
    size: (pattern) => expressionOf(pattern)?.programSize() ?? null,
    refusal: (pattern) => {
      const found = compiled(pattern);
      return found !== 'too-large' && 'refusal' in found ? found.refusal : null;
    },
    matchesWhole,
    example: (pattern, alphabet) => {
      const expression = expressionOf(pattern);
      const value = expression && shortestMatch(expression, alphabet, longestValue);
      // The search reads the compiled program; the matcher has the last word.
      return value !== null && matchesWhole(pattern, value) === true ? value : null;
    },
  };
}
