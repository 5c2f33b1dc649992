import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/core/problem';
import { runSettingsFrom, type WrittenSettings } from '../../../src/kube/readSettings';
import { defaultImages } from '../../../src/kube/runSettings';

describe('settings of a run on a cluster', () => {
  it('have defaults that allow nothing', () => {
    expect(runSettingsFrom({})).toEqual({
      allow: new Set(),
      namespace: null,
      clientNode: null,
      serverNode: null,
      crossZone: false,
      images: defaultImages,
      roundTripTool: 'netperf',
      pullSecrets: [],
      tolerations: [],
      cpu: null,
      memory: null,
    });
  });

  it('take the default images from a mirror, and an image that is named as it is', () => {
    const { images } = runSettingsFrom({
      registry: 'registry.example.org:5000/mirror/',
      images: { network: 'other.example.org/perf@sha256:' + 'a'.repeat(64) },
    });
    expect(images).toEqual({
      fortio: 'registry.example.org:5000/mirror/fortio/fortio:1.75.2',
      network: `other.example.org/perf@sha256:${'a'.repeat(64)}`,
    });
  });

  it('read tolerations as kubectl writes taints', () => {
    const { tolerations } = runSettingsFrom({ tolerations: ['dedicated=bench:NoSchedule', 'gpu', '*'] });
    expect(tolerations).toEqual([
      { key: 'dedicated', operator: 'Equal', value: 'bench', effect: 'NoSchedule' },
      { key: 'gpu', operator: 'Exists' },
      { key: '', operator: 'Exists' },
    ]);
  });

  it.each<[string, WrittenSettings, RegExp]>([
    ['an unknown consent', { allow: ['everything'] }, /"everything" cannot be allowed\. .*agent-exec/],
    ['a namespace that cannot be', { namespace: 'My Space' }, /namespace cannot be "My Space"/],
    ['an image with blanks', { images: { fortio: 'fortio latest' } }, /no image reference/],
    [
      'an image that nothing uses',
      { images: { nginx: 'nginx' } },
      /no image "nginx"\. The images are fortio/,
    ],
    ['an unknown effect', { tolerations: ['a=b:Never'] }, /no effect "Never"/],
    ['a toleration without key', { tolerations: ['=b'] }, /has no key/],
    ['CPU in words', { cpu: 'two' }, /CPU cannot be "two"/],
    ['memory without a number', { memory: 'Mi' }, /Memory cannot be "Mi"/],
    ['an unknown tool', { roundTripTool: 'ping' }, /by "ping"/],
    ['a node with a slash', { clientNode: 'a/b' }, /node cannot be "a\/b"/],
  ])('refuse %s', (_, written, message) => {
    expect(() => runSettingsFrom(written)).toThrow(message);
    expect(() => runSettingsFrom(written)).toThrow(Problem);
  });
});
