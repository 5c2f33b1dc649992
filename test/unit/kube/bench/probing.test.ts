import { describe, expect, it } from 'vitest';
import { answerFrom } from '../../../../src/kube/bench/proberAnswer';
import { proberClock } from '../../../../src/kube/bench/proberClock';

const result = (startedMs: number, seconds = 0.001) => ({ iteration: 0, startedMs, seconds, status: 200 });

describe('when a prober’s request began', () => {
  it('is known whatever the clock of its node says', () => {
    for (const skew of [0, 600_000, -600_000]) {
      const clock = proberClock();
      // Own clock 1000, 1200, ...; the log takes 5 ms, once 80 ms.
      expect(clock.beganMs(result(1000 + skew), 1006)).toBeCloseTo(1005);
      expect(clock.beganMs(result(1200 + skew), 1281)).toBeCloseTo(1205);
      expect(clock.beganMs(result(1400 + skew), 1403)).toBeCloseTo(1402);
    }
  });

  it('is never taken for later than its answer was here', () => {
    const clock = proberClock();
    expect(clock.beganMs(result(5000, 0.2), 900)).toBeCloseTo(700);
  });

  it('is right again soon after the node’s clock was set', () => {
    const clock = proberClock();
    for (let ms = 0; ms < 2000; ms += 200) clock.beganMs(result(ms), ms + 2);
    // Set back by a minute: for a while requests seem older than they are, which only makes a probe wait.
    expect(clock.beganMs(result(2000 - 60_000), 2002)).toBeLessThan(2002);
    let began = 0;
    for (let ms = 2200; ms < 40_000; ms += 200) began = clock.beganMs(result(ms - 60_000), ms + 2);
    expect(began).toBeCloseTo(39_801, 0);
  });
});

describe('what requests after a question say', () => {
  const probe = (expected: number | 'blocked') =>
    ({
      kind: 'http',
      from: 'client',
      request: { method: 'GET', path: '/a', headers: {} },
      expect: expected,
    }) as const;

  it.each([
    [200, [200], true, 'GET /a answered 200'],
    [403, [200], false, 'GET /a answered 200'],
    [403, [403], true, 'GET /a answered 403'],
    [200, [-1], false, 'GET /a got no answer'],
    ['blocked', [200], false, 'GET /a answered 200'],
    ['blocked', [-1, -1, 403], false, 'GET /a answered 403'],
    ['blocked', [-1, -1, -1], true, 'GET /a got no answer'],
  ] as const)('expecting %j, %j is %j', (expected, statuses, asExpected, seen) => {
    expect(answerFrom(probe(expected), statuses)).toEqual({ asExpected, seen });
  });

  it.each([
    [200, []],
    ['blocked', []],
    ['blocked', [-1, -1]],
  ] as const)('expecting %j, %j says nothing yet', (expected, statuses) => {
    expect(answerFrom(probe(expected), statuses)).toBeNull();
  });
});
