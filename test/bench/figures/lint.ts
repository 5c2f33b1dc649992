import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { corpusFiles } from '../../unit/policy/policyCorpus';
import { CannotMeasure, median, pairedRatio, type Figure } from '../figure';
import { yamllint } from '../testTools';

const rounds = 12;

/** Seconds of the processor that a command takes, all its threads together, as the shell counts it. */
function cpuSeconds(command: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const { stdout, status } = spawnSync(
    'sh',
    ['-c', '"$0" "$@" >/dev/null 2>&1; [ $? -le 1 ] || exit 3; times', command, ...args],
    {
      env,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new CannotMeasure(`${command} ${args.slice(0, 2).join(' ')} did not run`);
  // The second line is that of children: user and system, e.g. `0m0.40s 0m0.05s`.
  const times = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (times.length !== 2) throw new CannotMeasure('the shell does not say what its children took');
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** `lint` of real manifests as a process of its own, beside yamllint without a rule: what each takes of the processor, in turns. */
export const lint: Figure = {
  name: 'lint',
  async measure(say) {
    const corpus = corpusFiles();
    if (corpus.length === 0) throw new CannotMeasure('the corpus of policies is not here');
    const peer = await yamllint();
    const folder = await mkdtemp(path.join(tmpdir(), 'cilium-bench-lint-'));
    try {
      for (const { name, text } of corpus) {
        await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
        await writeFile(path.join(folder, name), text);
      }
      const env = { ...process.env, PYTHONPATH: peer.folder, XDG_DATA_HOME: folder };
      const ours = (): number =>
        cpuSeconds(process.execPath, ['dist/cli.js', 'lint', '--fail-on', 'never', folder], env);
      const theirs = (): number =>
        cpuSeconds('python3', ['-m', 'yamllint', '-d', '{rules: {}}', folder], env);
      say(`${corpus.length} files, ${rounds} rounds beside ${peer.version}, Node ${process.version}`);
      const pairs = Array.from({ length: rounds }, () => ({ value: ours(), beside: theirs() }));
      const { ratio, plusMinus } = pairedRatio(pairs);
      const beside = median(pairs.map((pair) => pair.beside));
      return [
        {
          name: 'lint of the corpus',
          value: ratio * beside,
          unit: 's',
          beside,
          besideWhat: 'yamllint without rules',
          plusMinus,
          ratio: { atMost: 1 },
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
