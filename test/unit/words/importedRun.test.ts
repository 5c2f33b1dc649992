import { describe, expect, it } from 'vitest';
import { importResults } from '../../../src/core/result/import/importResults';
import { adviceOfRun } from '../../../src/core/words/advice/adviceText';
import { chartsOf } from '../../../src/core/words/charts';
import { runSentences } from '../../../src/core/words/sentences';
import { folder, origin } from '../result/import/files';

const runs = importResults(folder('article'), origin).runs.map(({ run }, at) => ({
  ...run,
  id: `run-${at}`,
}));
const imported = (scenario: string) => {
  const found = runs.find((run) => run.scenario === scenario);
  if (!found) throw new Error(`no ${scenario}`);
  return found;
};

describe('a run that another program made, each setting measured once', () => {
  it('answers with what was measured, not with changes that cannot be told', () => {
    const sentences = runSentences(imported('rps'));
    expect(sentences[0]).toMatch(/^Requests a second with “.*”: [\d\s]+\/s/);
    expect(sentences.join(' ')).not.toContain('not measured');
  });

  it('has no chart of changes', () => {
    const ids = chartsOf(imported('rps'), false).map(({ id }) => id);
    expect(ids).toContain('rps');
    expect(ids.filter((id) => id.startsWith('effects'))).toEqual([]);
  });

  it('still tells how Services scale', () => {
    expect(chartsOf(imported('service-scale'), false).map(({ kind }) => kind)).toContain('lines');
  });

  it('is no reason for an advice, and needs no sentence that says so for each', () => {
    for (const run of runs) expect(adviceOfRun(run)).toEqual([]);
  });
});
