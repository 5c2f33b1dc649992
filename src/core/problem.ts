/**
 * Why something that was asked for could not be done. Its kind decides the exit code of the command line:
 * `usage` (2: wrong words or bad input), `target` (3: unreachable, not allowed, a tool missing), `no-result` (4: the run
 * ended without a valid result).
 */
export type ProblemKind = 'usage' | 'target' | 'no-result';

/** The same in every bundle: the lazily loaded parts carry classes of their own, and `instanceof` must know theirs too. */
const brand = Symbol.for('cilium-bench.problem');

export interface ProblemOptions extends ErrorOptions {
  readonly left?: readonly string[];
}

/** An error meant for people: one sentence that says what happened and one that says what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly [brand] = true;
  /** What is left on the target, a clause each, where that is known; the sentence names it. */
  readonly left: readonly string[];

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }

  constructor(
    readonly kind: ProblemKind,
    /** What happened, as a sentence. */
    readonly what: string,
    /** What to do about it, as a sentence. */
    readonly todo: string,
    options?: ProblemOptions,
  ) {
    super(`${what} ${todo}`, options);
    this.left = options?.left ?? [];
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
