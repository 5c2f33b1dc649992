import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments';
import { readChoices, runOptions } from '../../../src/cli/runOptions';
import { Problem } from '../../../src/core/problem';

const profileOf = async (...given: string[]) =>
  (await readChoices(parseArguments(['rps', ...given], runOptions, 'run'), { cwd: '/' })).profile;
const problemOf = async (...given: string[]): Promise<Problem> => {
  try {
    await profileOf(...given);
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('no Problem was thrown');
};

describe('--until-precision', () => {
  it('asks for a half width, with rounds and a budget that bound the run', async () => {
    expect(await profileOf('--until-precision', '3%')).toMatchObject({
      id: 'quick',
      rounds: 50,
      until: { percent: 3, budgetSeconds: 1800 },
    });
    expect(await profileOf('--until-precision=2.5 %', '--budget', '20m', '--rounds', '12')).toMatchObject({
      rounds: 12,
      until: { percent: 2.5, budgetSeconds: 1200 },
    });
    expect(await profileOf('--rounds', '2')).not.toHaveProperty('until');
  });

  it.each([
    '0%',
    '-1',
    '-1%',
    'abc',
    '200%',
    '3',
    '%',
    '3%%',
    '1e1%',
    'NaN%',
    'Infinity%',
    '0.01%',
    '٣%',
    '',
  ])('refuses "%s" in a sentence', async (text) => {
    const problem = await problemOf(`--until-precision=${text}`);
    expect(problem.kind).toBe('usage');
    expect(problem.message).toMatch(/^--until-precision (cannot be|needs a value)/);
  });

  it.each(['0s', '-5m', 'abc', '20', '20 m', '9999h', '1e3s', 'm'])(
    'refuses a budget of "%s"',
    async (text) => {
      const problem = await problemOf('--until-precision=3%', `--budget=${text}`);
      expect(problem).toMatchObject({
        kind: 'usage',
        message: expect.stringMatching(/^--budget cannot be/) as string,
      });
    },
  );

  it('refuses a budget alone, and fewer rounds than its first look needs', async () => {
    expect((await problemOf('--budget', '20m')).message).toContain('belongs to --until-precision');
    expect((await problemOf('--until-precision', '3%', '--rounds', '5')).message).toContain(
      '--rounds allows 5',
    );
  });
});

describe('--order', () => {
  it('is shuffled unless said otherwise', async () => {
    expect(await profileOf('--order', 'abba')).toMatchObject({ order: 'abba' });
    expect(await profileOf('--order', 'shuffled')).not.toHaveProperty('order');
    expect((await problemOf('--order', 'random')).kind).toBe('usage');
  });
});
