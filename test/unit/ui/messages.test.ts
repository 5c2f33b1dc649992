import { describe, expect, it } from 'vitest';
import { readPanelMessage, runIdOfState } from '../../../src/ui/panel/messages';

describe('a message from the panel', () => {
  it.each([
    { type: 'ready', runId: null },
    { type: 'ready', runId: '2026-11-23-policy-overhead-x7' },
    { type: 'openRaw', sampleId: 'b1-none-saturated-1' },
    { type: 'copyMarkdown' },
    { type: 'exportRun' },
    { type: 'revealManifest' },
    { type: 'openReport' },
  ])('is taken: %j', (message) => {
    expect(readPanelMessage(message)).toEqual(message);
  });

  it.each([
    undefined,
    null,
    'ready',
    [],
    {},
    { type: 'ready' },
    { type: 'ready', runId: 7 },
    { type: 'openRaw', sampleId: null },
    { type: 'openRaw' },
    { type: 'runCommand', command: 'x' },
    { type: 'toString' },
  ])('is dropped: %j', (message) => {
    expect(readPanelMessage(message)).toBeUndefined();
  });

  it('is cut down to what is known', () => {
    expect(readPanelMessage({ type: 'openReport', file: '/etc/passwd' })).toEqual({ type: 'openReport' });
  });
});

describe('the state of a restored panel', () => {
  it.each([
    [{ runId: 'x7' }, 'x7'],
    [{ runId: 7 }, undefined],
    [undefined, undefined],
    [null, undefined],
    ['x7', undefined],
  ])('%j is of run %j', (state, expected) => {
    expect(runIdOfState(state)).toBe(expected);
  });
});
