import { Problem } from '../problem';
import type { Parameter, Scenario, ServiceScale } from './scenario';

/** Reads a whole number of at least `least`. Throws a usage {@link Problem} for anything else. */
export function wholeNumber(parameters: Readonly<Record<string, string>>, name: string, least = 1): number {
  const text = parameters[name] ?? '';
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new Problem(
      'usage',
      `${name} is "${text}", which is not a whole number of at least ${least}.`,
      `Set it like --set ${name}=${least + 1}.`,
    );
  }
  return value;
}

/** Reads whole numbers separated by commas, sorted, without repeats. */
export function wholeNumbers(parameters: Readonly<Record<string, string>>, name: string): number[] {
  const parts = (parameters[name] ?? '').split(',').map((part) => part.trim());
  const values = parts.map((part) => wholeNumber({ [name]: part }, name, 0));
  return [...new Set(values)].sort((a, b) => a - b);
}

/** Reads one or more of a few words, separated by commas. */
export function words<Word extends string>(
  parameters: Readonly<Record<string, string>>,
  name: string,
  known: readonly Word[],
): Word[] {
  const chosen = (parameters[name] ?? '').split(',').map((part) => part.trim());
  return chosen.map((word) => {
    const found = known.find((candidate) => candidate === word);
    if (found === undefined) {
      throw new Problem(
        'usage',
        `${name} is "${word}", which is not one of ${known.join(', ')}.`,
        `Set it like --set ${name}=${known[0] ?? ''}.`,
      );
    }
    return found;
  });
}

export const serviceRules = ['iptables', 'nftables'] as const satisfies readonly ServiceScale['rules'][];

/**
 * The scenario's parameters with the given ones put over the defaults.
 * Throws a usage {@link Problem} for a name the scenario does not have.
 */
export function fillParameters(
  scenario: Pick<Scenario, 'id' | 'parameters'>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = scenario.parameters.map((parameter: Parameter) => parameter.name);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      throw new Problem(
        'usage',
        `${scenario.id} has no parameter "${name}".`,
        names.length > 0 ? `It has: ${names.join(', ')}.` : 'It has none.',
      );
    }
  }
  const defaults = Object.fromEntries(
    scenario.parameters.map((parameter) => [parameter.name, parameter.default]),
  );
  return { ...defaults, ...given };
}
