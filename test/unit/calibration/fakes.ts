import type { CalibrationBench, Sending } from '../../../src/core/calibration/bench';
import type { Reading, Truth } from '../../../src/core/calibration/truth';
import { closedLoop } from '../../../src/core/calibration/loads';
import type { TakenSample } from '../../../src/core/run/measure';
import { fortio } from '../../../src/core/tool/fortio';

export const never = new AbortController().signal;

/** A sample of the fixed form that a bench gives, with this output. */
export function taken(
  sending: Pick<Sending, 'id' | 'variant' | 'block' | 'repeat'>,
  parts: Partial<TakenSample['sample']> = {},
  stdout = '',
): TakenSample {
  return {
    sample: {
      id: sending.id,
      variant: sending.variant,
      load: 'closed-loop',
      block: sending.block,
      repeat: sending.repeat,
      tool: 'fortio',
      argv: [],
      startedAt: '2026-11-26T01:00:00.000Z',
      seconds: 1,
      raw: 'samples/x.json',
      valid: true,
      invalidReasons: [],
      values: {},
      cpuUs: {},
      ...parts,
    },
    raw: { argv: [], exitCode: 0, stdout, stderr: '' },
    seconds: 1,
    reasons: [],
    notJudged: [],
  };
}

/** A truth of 100 µs that a bench's `rps` is read as. */
export function aTruth(parts: Partial<Truth> = {}): Truth {
  return {
    id: 'a-truth',
    title: 'a truth',
    unit: 'µs',
    needs: [],
    injection: { kind: 'none' },
    load: closedLoop(1),
    tool: fortio,
    path: '/?delay=100us',
    seconds: 1,
    read: ({ sample }): Reading | null => {
      const value = sample.values.rps;
      return value === undefined ? null : { value, resolution: [value, value] };
    },
    expected: () => [100, 100],
    source: 'this test',
    ...parts,
  };
}

/** A bench whose samples are what `take` makes of what is asked for. */
export function fakeBench(
  take: (sending: Sending) => TakenSample,
): CalibrationBench & { readonly asked: Sending[] } {
  const asked: Sending[] = [];
  return {
    asked,
    fingerprint: {},
    has: (tool) => tool === 'fortio',
    take(sending) {
      asked.push(sending);
      return Promise.resolve().then(() => take(sending));
    },
    close: () => Promise.resolve(),
  };
}
