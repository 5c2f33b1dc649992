import { expect, it } from 'vitest';
import { imageParts } from '../../../src/core/cluster/image';

it.each([
  ['quay.io/cilium/cilium:v1.18.2@sha256:00', 'cilium/cilium', 'v1.18.2', 'sha256:00'],
  ['quay.io/cilium/cilium@sha256:85', 'cilium/cilium', null, 'sha256:85'],
  ['localhost:5000/cilium', 'cilium', null, null],
  ['localhost/cilium:v1', 'cilium', 'v1', null],
  ['weaveworks/weave-kube', 'weaveworks/weave-kube', null, null],
  ['cilium:v1', 'cilium', 'v1', null],
  ['', '', null, null],
])('%s is %s, tag %s, digest %s', (image, path, tag, digest) => {
  expect(imageParts(image)).toEqual({ path, tag, digest });
});
