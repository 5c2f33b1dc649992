import { describe, expect, it } from 'vitest';
import { createPace, manyCalls } from '../../../../src/kube/bench/serviceScale/pace';

describe('the pace', () => {
  it('is halved once for calls that were turned away together, and comes back', () => {
    const pace = createPace(32);
    for (let call = 0; call < 32; call += 1) pace.turnedAway();
    expect(pace.limit).toBe(16);
    for (let call = 0; call < 32; call += 1) pace.wentThrough();
    pace.turnedAway();
    expect(pace.limit).toBeLessThan(16);
    for (let call = 0; call < 1000; call += 1) pace.wentThrough();
    expect(pace.limit).toBe(32);
  });

  it('never comes to a stop', () => {
    const pace = createPace(8);
    for (let round = 0; round < 10; round += 1) {
      pace.turnedAway();
      for (let call = 0; call < 8; call += 1) pace.wentThrough();
      pace.turnedAway();
    }
    expect(pace.limit).toBeGreaterThanOrEqual(2);
  });
});

/** Calls that end when they are told to. */
function callsByHand(count: number) {
  const begun: { readonly end: () => void; readonly fail: (error: Error) => void }[] = [];
  const calls = Array.from(
    { length: count },
    () => () => new Promise<void>((end, fail) => begun.push({ end, fail })),
  );
  return { begun, calls };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('many calls', () => {
  it('are begun in their order, as many at once as the pace allows', async () => {
    const { begun, calls } = callsByHand(5);
    const many = manyCalls(calls, createPace(2), undefined);
    expect(begun).toHaveLength(2);
    begun[0]?.end();
    await turn();
    expect(begun).toHaveLength(3);
    for (let at = 1; at < 5; at += 1) {
      begun[at]?.end();
      await turn();
    }
    await many.done;
    await many.settled;
    expect(begun).toHaveLength(5);
  });

  it('that one fails of are given up, once those under way have ended', async () => {
    const { begun, calls } = callsByHand(5);
    const many = manyCalls(calls, createPace(2), undefined);
    let isSettled = false;
    void many.settled.then(() => (isSettled = true));
    begun[0]?.fail(new Error('no'));
    await expect(many.done).rejects.toThrow('no');
    await turn();
    expect(isSettled).toBe(false);
    begun[1]?.end();
    await many.settled;
    expect(begun).toHaveLength(2);
  });

  it('end at once when they are cancelled, begun or not', async () => {
    const { begun, calls } = callsByHand(5);
    const cancel = new AbortController();
    const many = manyCalls(calls, createPace(2), cancel.signal);
    cancel.abort(new Error('cancelled'));
    await expect(many.done).rejects.toThrow('cancelled');
    for (const { end } of begun) end();
    await many.settled;
    const late = manyCalls(calls, createPace(2), cancel.signal);
    await expect(late.done).rejects.toThrow('cancelled');
    await late.settled;
    expect(begun).toHaveLength(2);
  });

  it('of which there are none are done', async () => {
    const many = manyCalls([], createPace(2), undefined);
    await many.done;
    await many.settled;
  });
});
