import { imageName } from './imageName';
import type { Check } from '../../core/target';
import { joined } from '../../core/words/phrases';
import type { BenchImages } from '../runSettings';

/**
 * Architectures that the default images are built for, by the end of their name: a mirror keeps it. Sources: fortio's Makefile
 * `docker-push-multi` at v1.75; the platforms of cilium/image-tools' network-perf builds.
 */
const architecturesOf: Readonly<Record<string, readonly string[]>> = {
  'fortio/fortio': ['amd64', 'arm64', 'ppc64le', 's390x'],
  'cilium/network-perf': ['amd64', 'arm64'],
};

/** Whether there are builds of the images for the nodes that the bench uses. */
export function imageChecks(
  images: readonly (keyof BenchImages)[],
  settings: { readonly images: BenchImages },
  architectures: readonly (string | null)[],
): readonly Check[] {
  const wanted = [...new Set(architectures.flatMap((one) => one ?? []))];
  const references = images.map((name) => settings.images[name]);
  const missing = references.flatMap((reference) => {
    const known = Object.entries(architecturesOf).find(([name]) => imageName(reference).endsWith(name))?.[1];
    const without = wanted.filter((architecture) => known !== undefined && !known.includes(architecture));
    return without.length === 0 ? [] : [`${reference} is not built for ${joined(without)}`];
  });
  if (missing.length === 0) {
    return [{ id: 'images', level: 'ok', text: `Images: ${references.join(', ')}.` }];
  }
  return [
    {
      id: 'images',
      level: 'blocks',
      text: `${missing.join('; ')}.`,
      todo: 'Name other images with --image, or nodes of another architecture.',
    },
  ];
}
