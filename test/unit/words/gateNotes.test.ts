import { describe, expect, test } from 'vitest';
import { gateNotes, steadinessNotes } from '../../../src/core/words/gateNotes';
import { aRun, aSample } from '../store/aRun';

describe('notes of the gates', () => {
  const invalid = (...invalidCodes: string[]) =>
    aSample({ valid: false, invalidReasons: ['x'], invalidCodes });

  test('say once for each reason what to change', () => {
    const samples = [invalid('throttled'), invalid('throttled', 'rate-not-met'), aSample({})];
    expect(gateNotes({ samples })).toEqual([
      'Raise the CPU quota (the CPU limit of the container or slice), or take it away.',
      'Ask for a lower rate, or give client and server more CPU.',
    ]);
  });
  test('say nothing of the warm-up, of runs without codes, and of codes of a later version', () => {
    const samples = [{ ...invalid('throttled'), block: 0 }, aSample({ valid: false }), invalid('later')];
    expect(gateNotes({ samples })).toEqual([]);
  });
  test('name what could not be looked for', () => {
    expect(gateNotes({ samples: [], gatesNotJudged: ['throttled', 'retransmits'] })).toEqual([
      'Not looked for, since this target does not tell: throttled and retransmits (docs/validity.md says what they are).',
    ]);
  });
});

describe('notes of a run that was not steady', () => {
  const [effect] = aRun().effects;
  const effects = effect ? [{ ...effect, metric: 'rps' as const, verdict: 'inconclusive' as const }] : [];
  const drift = { code: 'drift', metric: 'rps', load: 'saturated', percent: -23.4, n: 9 } as const;
  const jumps = {
    code: 'two-modes',
    metric: 'latencyP99Us',
    load: 'fixed-rate',
    percent: 41,
    n: 30,
  } as const;

  test('say by how much, and what may be inconclusive because of it', () => {
    expect(effects).toHaveLength(1);
    const notes = steadinessNotes({ unsteady: [drift, jumps], effects });
    expect(notes.map((note) => note.replace(/\s/gu, ' '))).toEqual([
      'Requests a second (saturated) fell by 23 % from the first sample to the last, over 9 samples: the run drifted.',
      'p99 latency (fixed-rate) jumped between two values 41 % apart, over 30 samples.',
      'The change in requests a second may be inconclusive because of that: measure again when nothing else changes on the machine.',
    ]);
  });
  test('leave alone effects that are settled, and runs that were steady', () => {
    const settled = effects.map((one) => ({ ...one, verdict: 'worse' as const }));
    expect(steadinessNotes({ unsteady: [drift], effects: settled })).toHaveLength(1);
    expect(steadinessNotes({ effects })).toEqual([]);
  });
});
