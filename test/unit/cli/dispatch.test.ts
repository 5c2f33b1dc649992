import { describe, expect, it } from 'vitest';
import type { Command, CommandContext } from '../../../src/cli/commands/command';
import { dispatch } from '../../../src/cli/dispatch';
import { exitCodeOf, exitCodeOfRun } from '../../../src/cli/exitCode';
import { Problem } from '../../../src/core/problem';
import { fakeContext } from './fakeContext';

function command(name: string, run: Command['run']): Command {
  return { name, summary: `does ${name}`, usage: '<word>', options: { json: { help: 'as JSON' } }, run };
}

const works = command('works', (args, context) => {
  context.terminal.out.write(`${args.positionals.join(',')}\n`);
  return Promise.resolve(0);
});
const refuses = (error: Error): Command => command('refuses', () => Promise.reject(error));

async function run(
  words: readonly string[],
  commands: readonly Command[],
  changes: Partial<CommandContext> = {},
) {
  const fake = fakeContext(changes);
  const code = await dispatch(words, commands, '1.2.3', fake.context);
  return { code, out: fake.out(), err: fake.err() };
}

describe('a command line', () => {
  it('runs the command that it names', async () => {
    expect(await run(['works', 'a', 'b'], [works])).toEqual({ code: 0, out: 'a,b\n', err: '' });
  });

  it.each([[['--version']], [['-V']]])('%j says the version alone', async (words) => {
    expect(await run(words, [works])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  it.each([[['--help']], [['-h']], [['help']]])('%j lists the commands on standard output', async (words) => {
    const { code, out, err } = await run(words, [works]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('works <word>');
  });

  it.each([[['works', '--help']], [['works', 'a', '-h']], [['help', 'works']]])(
    '%j shows its options',
    async (words) => {
      const { code, out } = await run(words, [works]);
      expect(code).toBe(0);
      expect(out).toContain('--json');
    },
  );

  it.each([
    [[], '', 'Commands'],
    [['wroks'], '', 'There is no command "wroks". Did you mean "works"?'],
    [['elephant'], '', 'The commands are works.'],
    [['--elephant'], '', 'There is no option --elephant.'],
    [['works', '--jsno'], '', 'Did you mean "--json"?'],
  ])('%j is refused with 2, and nothing on standard output', async (words, out, err) => {
    const result = await run(words, [works]);
    expect(result.code).toBe(2);
    expect(result.out).toBe(out);
    expect(result.err).toContain(err);
  });
});

describe('exit codes', () => {
  it.each([
    [new Problem('usage', 'Wrong.', 'Do it right.'), 2],
    [new Problem('target', 'Not there.', 'Get it.'), 3],
    [new Problem('no-result', 'Nothing.', 'Again.'), 4],
    [new TypeError('a defect'), 4],
  ])('%s gives %i', async (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
    const result = await run(['refuses'], [refuses(error)]);
    expect(result).toEqual({ code, out: '', err: `cilium-bench: ${error.message}\n` });
  });

  it('is 130 for whatever goes wrong once interrupted', async () => {
    const result = await run(['refuses'], [refuses(new Error('aborted'))], { signal: AbortSignal.abort() });
    expect(result.code).toBe(130);
    expect(result.err).toBe('Interrupted; everything is undone.\n');
  });

  it('is not 130, and nothing is said to be undone, where something is left', async () => {
    const left = ['the namespace bench is still ending'];
    const what = `The run was cancelled before it began. Left on the cluster: ${left.join()}.`;
    const error = new Problem('target', what, 'Run cilium-bench undo.', { left });
    const result = await run(['refuses'], [refuses(error)], { signal: AbortSignal.abort() });
    expect(result).toEqual({
      code: 3,
      out: '',
      err: `Interrupted; not everything is undone. ${what} Run cilium-bench undo.\n`,
    });
  });

  it.each([
    ['complete', 0],
    ['partial', 0],
    ['failed', 4],
    ['cancelled', 130],
  ] as const)('of a run that is %s is %i', (state, code) => {
    expect(exitCodeOfRun({ state })).toBe(code);
  });

  it('of a cancelled run that left something is not the one of a clean end', () => {
    expect(exitCodeOfRun({ state: 'cancelled', left: ['the namespace bench'] })).toBe(3);
    expect(exitCodeOfRun({ state: 'cancelled', left: [] })).toBe(130);
  });
});
