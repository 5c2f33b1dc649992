import { afterEach, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/cli/exitCode';
import { namespaceRights } from '../../../src/lab/calibration/calibrationBench';

const { platform } = process;

describe('calibration where there are no network namespaces', () => {
  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform });
  });

  it('says so before anything is brought, and ends with 3', async () => {
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    const error: unknown = await namespaceRights(new AbortController().signal).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).toMatch(
      /Nothing can be calibrated here, because there are no network namespaces: /,
    );
    expect(exitCodeOf(error)).toBe(3);
  });
});
