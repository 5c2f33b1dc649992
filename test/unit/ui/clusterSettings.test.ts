import { describe, expect, it } from 'vitest';
import { clusterSettings } from '../../../src/ids';
import { runSettingsFrom } from '../../../src/kube/readSettings';
import { writtenClusterSettings } from '../../../src/ui/clusterSettings';

const reading = (values: Readonly<Record<string, unknown>>) => (setting: string) => values[setting];

describe('the settings for runs on clusters', () => {
  it('that are empty, as package.json has them, are the defaults', () => {
    const empty = reading({
      [clusterSettings.namespace]: ' ',
      [clusterSettings.images]: {},
      [clusterSettings.roundTripTool]: 'netperf',
      [clusterSettings.pullSecrets]: [],
    });
    expect(runSettingsFrom(writtenClusterSettings(empty))).toEqual(runSettingsFrom({}));
  });

  it('are taken each to its own place', () => {
    const written = {
      namespace: 'bench',
      clientNode: 'a',
      serverNode: 'b',
      crossZone: true,
      images: { fortio: 'r.example/fortio:1' },
      registry: 'r.example',
      roundTripTool: 'sockperf',
      pullSecrets: ['login'],
      tolerations: ['dedicated=bench:NoSchedule'],
      cpu: '2',
      memory: '512Mi',
    };
    const values = Object.entries(clusterSettings).map(([name, id]) => [
      id,
      written[name as keyof typeof written],
    ]);
    expect(writtenClusterSettings(reading(Object.fromEntries(values) as Record<string, unknown>))).toEqual(
      written,
    );
  });

  it('of another type count as not set', () => {
    const wrong = reading(Object.fromEntries(Object.values(clusterSettings).map((id) => [id, 7])));
    expect(writtenClusterSettings(wrong)).toEqual({
      crossZone: false,
      images: {},
      pullSecrets: [],
      tolerations: [],
    });
    expect(writtenClusterSettings(reading({ [clusterSettings.images]: { fortio: 1 } })).images).toEqual({});
  });
});
