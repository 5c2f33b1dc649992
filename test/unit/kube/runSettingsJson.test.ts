import { describe, expect, it } from 'vitest';
import { runSettingsFrom } from '../../../src/kube/readSettings';
import { settingsFromJson, settingsOfRun, settingsToJson } from '../../../src/kube/runSettingsJson';

const settings = runSettingsFrom({
  allow: ['host-network', 'agent-exec'],
  clientNode: 'node-a',
  crossZone: true,
  pullSecrets: ['registry'],
  tolerations: ['dedicated=bench:NoSchedule'],
  memory: '1Gi',
});

describe('the settings of a run', () => {
  it('come back as they were', () => {
    const json: unknown = JSON.parse(JSON.stringify(settingsToJson(settings)));
    expect(settingsFromJson(json)).toEqual(settings);
  });

  it.each([
    undefined,
    null,
    [],
    {},
    { ...settings, allow: ['everything'] },
    { ...(settingsToJson(settings) as object), cpu: 4 },
  ])('are refused where they are not ones: %j', (json) => {
    expect(() => settingsFromJson(json)).toThrow(/cannot be used: settings/);
  });

  it('put a run that goes on where its first half was', () => {
    const fingerprint = {
      clientNode: 'node-x',
      serverNode: 'node-b',
      podCpu: '2',
      podMemory: '512Mi',
      cores: 4,
    };
    expect(settingsOfRun(settings, fingerprint)).toEqual({
      ...settings,
      clientNode: 'node-a',
      serverNode: 'node-b',
      cpu: '2',
      memory: '1Gi',
    });
    expect(settingsOfRun(settings, {})).toEqual(settings);
  });
});
