import { describe, expect, it } from 'vitest';
import { parseArguments, parsePairs, type OptionSpecs } from '../../../src/cli/arguments';
import { editDistance, nearest } from '../../../src/cli/didYouMean';

const specs = {
  profile: { value: 'PROFILE', choices: ['quick', 'standard', 'thorough'], help: '' },
  set: { value: 'name=value', many: true, help: '' },
  output: { value: 'FILE', short: 'o', help: '' },
  json: { help: '' },
} as const satisfies OptionSpecs;

const parse = (...args: string[]): ReturnType<typeof parseArguments> => parseArguments(args, specs, 'run');

describe('arguments', () => {
  it('are options and words in any order', () => {
    const parsed = parse(
      'rps',
      '--profile',
      'quick',
      'latency',
      '--json',
      '--set',
      'a=1',
      '--set=b=2',
      '-o',
      'x.html',
    );
    expect(parsed.positionals).toEqual(['rps', 'latency']);
    expect(parsed.text('profile')).toBe('quick');
    expect(parsed.texts('set')).toEqual(['a=1', 'b=2']);
    expect(parsed.text('output')).toBe('x.html');
    expect(parsed.flag('json')).toBe(true);
  });

  it('are absent unless given', () => {
    const parsed = parse();
    expect([parsed.text('profile'), parsed.texts('set'), parsed.flag('json')]).toEqual([
      undefined,
      [],
      false,
    ]);
  });

  it('give the last of an option that can be given once', () => {
    expect(parse('--profile=quick', '--profile', 'standard').text('profile')).toBe('standard');
  });

  it('take "-" as a word and as a value, and everything after "--" as words', () => {
    expect(parse('-', '-o', '-', '--', '--json').positionals).toEqual(['-', '--json']);
    expect(parse('-o', '-').text('output')).toBe('-');
  });

  it.each([
    [['--profle', 'quick'], 'run has no option --profle. Did you mean "--profile"?'],
    [['--zzzzzz'], 'run has no option --zzzzzz. cilium-bench run --help lists them.'],
    [['-x'], /run has no option -x\./],
    [['--profile'], '--profile needs a value. Give it like --profile quick|standard|thorough.'],
    [['--profile='], /--profile needs a value/],
    [['--profile', '--json'], /--profile needs a value/],
    [['--profile', 'qick'], '--profile cannot be "qick". Did you mean "quick"?'],
    [['--profile', 'elephant'], /It can be quick, standard, thorough\./],
    [['--json=yes'], '--json takes no value. Write --json alone.'],
    [['--constructor'], /has no option --constructor/],
  ])('%j is refused', (args, message) => {
    const act = (): unknown => parse(...args);
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ name: 'Problem', kind: 'usage' }) as Error);
  });
});

describe('pairs', () => {
  it('keep what stands behind the first equals sign', () => {
    expect(parsePairs(['a=1', 'b=', 'c=x=y'], 'set')).toEqual({ a: '1', b: '', c: 'x=y' });
  });
  it.each(['a', '=1', ''])('%j is refused', (pair) => {
    expect(() => parsePairs([pair], 'set')).toThrow(/has no name and value/);
  });
});

describe('did you mean', () => {
  it.each([
    ['', '', 0],
    ['quick', 'quick', 0],
    ['qiuck', 'quick', 1],
    ['qick', 'quick', 1],
    ['quickk', 'quick', 1],
    ['abc', 'xyz', 3],
  ])('%s to %s takes %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
  it.each([
    ['policy-overhed', 'policy-overhead'],
    ['POLICY-OVERHEAD', 'policy-overhead'],
    ['policy', 'policy-overhead'],
    ['rp', 'rps'],
    ['elephant', undefined],
    ['x', undefined],
  ])('%s is meant to be %s', (word, meant) => {
    expect(nearest(word, ['policy-overhead', 'rps', 'latency'])).toBe(meant);
  });
});
