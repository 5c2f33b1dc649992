import { describe, expect, it } from 'vitest';
import { readPanelMessage, runIdOfState } from '../../../src/ui/panel/messages';

describe('a message from the panel', () => {
  it.each([
    { type: 'ready', runId: null },
    { type: 'ready', runId: '2026-11-23-policy-overhead-x7' },
    { type: 'openRaw', sampleId: 'b1-none-saturated-1' },
    { type: 'copyMarkdown' },
    { type: 'copyTable' },
    { type: 'exportRun' },
    { type: 'revealManifest' },
    { type: 'openReport' },
    { type: 'copyChart', chartId: 'rps' },
    { type: 'savePicture', chartId: 'rps', base64: 'iVBORw0KGgoAAA==' },
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
    { type: 'copyChart' },
    { type: 'copyChart', chartId: 'x'.repeat(201) },
    { type: 'savePicture', chartId: 'rps' },
    { type: 'savePicture', chartId: 'rps', base64: 7 },
    { type: 'savePicture', chartId: 'rps', base64: 'TVqQAAMAAAA=' },
    { type: 'savePicture', chartId: 'rps', base64: 'iVBORw0KGgo<script>' },
    { type: 'savePicture', chartId: 'rps', base64: `iVBORw0KGgo${'A'.repeat(24_000_000)}` },
    { type: 'toString' },
  ])('is dropped: %.80j', (message) => {
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
