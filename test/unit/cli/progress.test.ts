import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clockTime } from '../../../src/core/words/dates';
import { bar, barLine, createProgress } from '../../../src/cli/progress';
import type { RunEvent } from '../../../src/core/run/events';
import { aRawOutput, aRun, aSample } from '../store/aRun';
import { fakeOutput } from './fakeContext';

const step: RunEvent = {
  kind: 'step',
  step: { kind: 'change', change: { what: 'policy', to: 'l7' }, seconds: 1 },
  index: 4,
  of: 10,
  samplesDone: 3,
  samples: 15,
  secondsLeft: 61,
};
const sampled = (changes: Parameters<typeof aSample>[0] = {}): RunEvent => ({
  kind: 'sample',
  sample: aSample(changes),
  raw: aRawOutput,
  run: aRun(),
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the bar', () => {
  it.each([
    [0, '──────────'],
    [0.5, '━━━━━─────'],
    [0.55, '━━━━━╸────'],
    [1, '━━━━━━━━━━'],
    [7, '━━━━━━━━━━'],
    [-1, '──────────'],
  ])('at %d is %s', (share, drawn) => {
    expect(bar(share, 10)).toBe(drawn);
  });

  it.each([80, 60, 40, 20, 5])('keeps to %i columns', (columns) => {
    expect(
      barLine('Cost of examples/a-long-name.yaml · local lab', '━━━━────  3 of 15 · 1:01 left', columns)
        .length,
    ).toBeLessThanOrEqual(columns);
  });

  it('draws over itself, counts down between the steps, and goes away', () => {
    let now = 0;
    const output = fakeOutput({ interactive: true });
    const progress = createProgress(output, 'Cost of x.yaml', [], () => now);
    progress.show(step);
    expect(output.text().startsWith('\r\u001b[2KCost of x.yaml ')).toBe(true);
    expect(output.text()).toMatch(/3 of 15 · 1:01 left$/);
    now = 11_000;
    vi.advanceTimersByTime(600);
    expect(output.text()).toMatch(/3 of 15 · 0:50 left$/);
    progress.show(sampled());
    expect(output.text()).toMatch(/4 of 15 · 0:50 left$/);
    progress.end();
    const text = output.text();
    expect(text.endsWith('\r\u001b[2K')).toBe(true);
    expect(text).not.toContain('\n');
    vi.advanceTimersByTime(5000);
    expect(output.text()).toBe(text);
  });

  it('leaves a line for a sample that does not count', () => {
    const output = fakeOutput({ interactive: true });
    const progress = createProgress(output, 'title', [], () => 0);
    progress.show(step);
    progress.show(sampled({ valid: false, invalidReasons: ['the client ran out of CPU'] }));
    expect(output.text()).toContain('b1-none-saturated-1 is not valid: the client ran out of CPU\n');
  });
});

describe('without a terminal', () => {
  it('is a line a step, with no control characters', () => {
    const output = fakeOutput();
    const progress = createProgress(output, 'Cost of x.yaml', [], () => 0);
    for (const event of [{ kind: 'started', run: aRun() }, step, sampled()] as const) progress.show(event);
    progress.end();
    expect(output.text()).toBe(
      'Cost of x.yaml\n[5/10] put the policy in force, HTTP rules included · 1:01 left\n',
    );
  });
});

it.each([
  [0, '0:00'],
  [30.2, '0:31'],
  [61, '1:01'],
  [3725, '1:02:05'],
  [-5, '0:00'],
])('%d s left is %s', (seconds, text) => {
  expect(clockTime(seconds)).toBe(text);
});
