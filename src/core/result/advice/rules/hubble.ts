import type { Advised, AdviceRule } from '../advice';
import { confidenceOf } from '../confidence';
import { basisOfEffect, decidedOf, largest, limitsOfEffect } from '../effects';
import { usableRuns } from '../usable';

/** Whether Hubble costs what was measured, against the same agents without it. */
export const hubble: AdviceRule = {
  code: 'hubble',
  runsOn: ['kube'],
  advise(situation): Advised {
    const { usable, refusal } = usableRuns(situation, ['hubble']);
    const [run] = usable;
    const found = run ? decidedOf(run, run.effects) : null;
    if (!run || found === null) return { code: 'hubble', refusal };
    if ('refusal' in found) return { code: 'hubble', refusal: found.refusal };
    const better = found.decided.filter(({ verdict }) => verdict === 'better');
    const worse = found.decided.filter(({ verdict }) => verdict === 'worse');
    const [good, bad] = [largest(better), largest(worse)];
    if (good && bad) {
      return { code: 'hubble', refusal: { kind: 'split', run: run.id, better: good, worse: bad } };
    }
    const deciding = bad ?? good;
    return {
      code: 'hubble',
      what: { code: 'hubble', stance: bad ? 'off' : 'on' },
      confidence: confidenceOf(deciding ? limitsOfEffect(run, deciding) : []),
      basis: found.decided.flatMap((effect) => basisOfEffect(run, effect)),
      wouldChange: [{ kind: 'flows-needed' }, { kind: 'own-traffic' }, { kind: 'other-version' }],
    };
  },
};
