import { describe, expect, it } from 'vitest';
import { besidePublished } from '../../../src/core/result/comparison/publishedComparison';
import { compareRuns } from '../../../src/core/result/comparison/compareRuns';
import {
  findPublished,
  publishedRange,
  publishedReferences,
  type PublishedReference,
} from '../../../src/core/result/published/published';
import { findScenario } from '../../../src/core/scenario/registry';
import { fillParameters } from '../../../src/core/scenario/parameters';
import { simulatedRun } from './comparedRuns';
import { normals } from './samples';

const reference = (name: string): PublishedReference => {
  const found = findPublished(name);
  if (!found) throw new Error(`nothing is published as ${name}`);
  return found;
};
const run = simulatedRun('a', { level: 1, effectPercent: -60 }, normals(4));

describe('published figures', () => {
  it('are those of the article', () => {
    const figure = (name: string, scenario: string, variant: string) =>
      reference(name).values.find((one) => one.scenario === scenario && one.variant === variant)?.value;
    // The article's tables, by hand.
    expect(figure('tke-iptables', 'rps', 'service-short')).toBe(31_365);
    expect(figure('tke-iptables', 'service-scale', 'cluster-30000')).toBe(9057);
    expect(figure('tke-cilium-vxlan', 'service-scale', 'cluster-30000')).toBe(12_879);
    expect(figure('tke-cilium-native', 'policy-overhead', 'l7')).toBe(13_883);
    expect(figure('tke-cilium-vxlan', 'throughput', 'pod-1')).toBe(10.75e9);
    expect(figure('tke-iptables', 'policy-overhead', 'l7')).toBeUndefined();
    expect([publishedRange('l7'), publishedRange('l3l4')]).toEqual([
      [-88.7, -86.1],
      [-2.2, -0],
    ]);
  });

  it.each(publishedReferences.map((one) => [one.name, one] as const))(
    '%s names variants and metrics that our scenarios have on a cluster',
    (_, { values, effects }) => {
      for (const { scenario, variant, metric, parameters = {} } of [...values, ...effects]) {
        const found = findScenario(scenario);
        const variants = found.variants(fillParameters(found, parameters), 'kube');
        const metrics = variants.find(({ id }) => id === variant)?.loads.flatMap((load) => load.metrics);
        expect(metrics, `${scenario} ${variant}`).toContain(metric);
      }
    },
  );

  it('stand beside what was measured without a verdict', () => {
    const beside = besidePublished(reference('published:tke-cilium-native'), [{ run, place: 0 }]);
    const none = beside.values.find(({ variant }) => variant === 'none');
    expect(none).toMatchObject({ published: 99_985, run: 0 });
    expect(none?.ratio).toBeCloseTo((none?.measured ?? 0) / 99_985, 12);
    expect(beside.effects.find(({ variant }) => variant === 'l7')).toMatchObject({ publishedPercent: -86.1 });
    expect(JSON.stringify(beside)).not.toMatch(/verdict/);
    expect(beside.notCompared.map(({ reason }) => reason)).toContain('the run has no valid sample of it');
  });

  it('say why nothing stands beside them', () => {
    const why = (changes: Partial<typeof run>) =>
      besidePublished(reference('tke-iptables'), [{ run: { ...run, ...changes }, place: 0 }]).notCompared.map(
        ({ reason }) => reason,
      );
    expect(why({})).toEqual(['nothing of it is published there']);
    expect(why({ scenario: 'rps', state: 'failed' })).toEqual(['the run is failed']);
    expect(why({ scenario: 'service-scale', parameters: { connections: 'kept' } })[0]).toMatch(
      /its connections is “kept”, the published one “short”/,
    );
    expect(why({ scenario: 'resources' }).join(' ')).toMatch(/30 000 Services/);
  });

  it('make a comparison with one run, and none by themselves', () => {
    const comparison = compareRuns([run], [], [reference('tke-cilium-native')]);
    expect([comparison.scenarios, comparison.published[0]?.values.length]).toEqual([[], 2]);
    expect(() => compareRuns([], [], [...publishedReferences])).toThrow(/All that is named is published/);
  });
});
