import { describe, expect, it } from 'vitest';
import { consentsThatMatter, offersOn, type Offer } from '../../../src/core/plan/offers';
import { findScenario } from '../../../src/core/scenario/registry';
import { capabilityNames, type Capability } from '../../../src/core/scenario/scenario';
import type { TargetCapabilities } from '../../../src/core/target';
import { offerLines, offersSummary, offerText } from '../../../src/core/words/offers';

function without(...missing: readonly Capability[]): TargetCapabilities {
  return {
    can: new Set(capabilityNames.filter((name) => !missing.includes(name))),
    cannot: new Map(missing.map((name) => [name, `there is no ${name}`])),
  };
}

function offerOf(scenario: string, target: TargetCapabilities): Offer {
  const found = offersOn('kube', target).find((offer) => offer.scenario === scenario);
  if (!found) throw new Error(`${scenario} is not offered`);
  return found;
}

describe('offers', () => {
  it('are every scenario about such targets', () => {
    const onClusters = offersOn('kube', without()).map(({ scenario }) => scenario);
    expect(onClusters).toContain('hubble');
    expect(offersOn('lab', without()).map(({ scenario }) => scenario)).not.toContain('hubble');
    expect(offersSummary(offersOn('kube', without()))).toBe(`${onClusters.length} can run`);
  });

  it('say what is left out where the rest answers the question', () => {
    const offer = offerOf('policy-overhead', without('policy-l7'));
    expect(offer).toMatchObject({ extent: 'partly', reasons: ['L7 through Envoy: there is no policy-l7'] });
    expect(offerText(offer)).toBe('can run in part');
    expect(offerLines(offer)).toContain('Not measured here: L7 through Envoy: there is no policy-l7');
  });

  it('are none where nothing is left to compare, although a baseline could be measured', () => {
    const offer = offerOf('policy-overhead', without('policy-l3l4', 'policy-l7'));
    expect(offer.extent).toBe('none');
    expect(offerText(offer)).toBe('cannot run, because there is no policy-l3l4; there is no policy-l7');
    expect(offerOf('hubble', without('hubble-off'))).toMatchObject({ extent: 'none', asks: [] });
  });

  it('need no comparison where the scenario has none', () => {
    expect(offerOf('bpf-memory', without())).toMatchObject({ extent: 'whole', asks: ['agent-exec'] });
    expect(offerOf('bpf-memory', without('bpf-maps'))).toMatchObject({ extent: 'none', asks: [] });
  });
});

describe('consents', () => {
  it.each([
    ['throughput', ['host-network']],
    ['hubble', ['agent-restart']],
    ['bpf-memory', ['agent-exec']],
    ['service-scale', ['agent-exec']],
    ['rps', []],
  ])('of %s are %j', (id, expected) => {
    expect(consentsThatMatter(findScenario(id), 'kube', without())).toEqual(expected);
  });

  it('are not asked for where they would change nothing', () => {
    expect(consentsThatMatter(findScenario('hubble'), 'kube', without('hubble-off'))).toEqual([]);
    expect(consentsThatMatter(findScenario('throughput'), 'lab', without())).toEqual([]);
    expect(consentsThatMatter(findScenario('service-scale'), 'lab', without())).toEqual([]);
    expect(consentsThatMatter(findScenario('service-scale'), 'kube', without('bpf-maps'))).toEqual([]);
  });
});
