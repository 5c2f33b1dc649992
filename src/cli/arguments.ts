import { parseArgs } from 'node:util';
import { Problem } from '../core/problem';
import { suggestion } from './didYouMean';

/** One option of a command. */
export interface OptionSpec {
  /** What stands for the value in the help, e.g. `FILE`; absent for an option that takes none. */
  readonly value?: string;
  /** The values it may have, where they are few. */
  readonly choices?: readonly string[];
  readonly short?: string;
  /** Whether it may be given more than once. Otherwise the last one holds. */
  readonly many?: true;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface ParsedArguments {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
}

function checkValue(name: string, spec: OptionSpec, value: string | undefined, inline: boolean): string {
  const shown = spec.choices ? spec.choices.join('|') : (spec.value ?? '');
  // An option right behind takes the place of a value only by mistake; "-" alone is standard input or output.
  const looksLikeOption = value !== undefined && !inline && value.startsWith('-') && value !== '-';
  if (value === undefined || value === '' || looksLikeOption) {
    throw new Problem('usage', `--${name} needs a value.`, `Give it like --${name} ${shown}.`);
  }
  if (spec.choices && !spec.choices.includes(value)) {
    throw new Problem(
      'usage',
      `--${name} cannot be "${value}".`,
      suggestion(value, spec.choices, `It can be ${spec.choices.join(', ')}.`),
    );
  }
  return value;
}

/** Reads a command's arguments. Throws a usage {@link Problem} for what it does not know or what lacks its value. */
export function parseArguments(
  args: readonly string[],
  specs: OptionSpecs,
  command: string,
): ParsedArguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [
        name,
        {
          type: spec.value === undefined ? 'boolean' : 'string',
          ...(spec.short === undefined ? {} : { short: spec.short }),
        },
      ]),
    ),
    // Told apart here instead: the library's own messages do not say what was meant.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });

  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (!spec) {
      throw new Problem(
        'usage',
        `${command} has no option ${token.rawName}.`,
        suggestion(
          token.rawName,
          Object.keys(specs).map((name) => `--${name}`),
          `cilium-bench ${command} --help lists them.`,
        ),
      );
    }
    if (spec.value === undefined) {
      if (token.value !== undefined) {
        throw new Problem('usage', `${token.rawName} takes no value.`, `Write ${token.rawName} alone.`);
      }
      flags.add(token.name);
    } else {
      const value = checkValue(token.name, spec, token.value, token.inlineValue === true);
      values.set(token.name, spec.many ? [...(values.get(token.name) ?? []), value] : [value]);
    }
  }
  return {
    positionals,
    flag: (name) => flags.has(name),
    text: (name) => values.get(name)?.at(-1),
    texts: (name) => values.get(name) ?? [],
  };
}

/** Reads `name=value` pairs, as `--set` gives them. Throws a usage {@link Problem} for anything else. */
export function parsePairs(pairs: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) {
        throw new Problem(
          'usage',
          `--${option} ${pair} has no name and value.`,
          `Write --${option} name=value.`,
        );
      }
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
