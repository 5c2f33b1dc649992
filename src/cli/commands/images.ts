import { defaultImages, type BenchImages } from '../../kube/runSettings';
import { exitCodes } from '../exitCode';
import { kubeOptions, settingsFrom } from '../kubeOptions';
import type { Command } from './command';

/** What each image is for. */
const uses: Readonly<Record<keyof BenchImages, string>> = {
  fortio: 'HTTP servers, HTTP loads and probes: every run',
  network: 'iperf3 and round trips: throughput and latency',
};

export const imagesCommand: Command = {
  name: 'images',
  usage: '',
  summary:
    'Lists every image that runs on a cluster use, a line each, for sites that mirror them. Contacts nothing.',
  options: {
    image: kubeOptions.image,
    registry: kubeOptions.registry,
    json: { help: 'as one JSON document, with what each is for' },
  },
  run(args, context) {
    const { images } = settingsFrom(args);
    const names = Object.keys(defaultImages) as (keyof BenchImages)[];
    const lines = names.map((name) => ({ name, image: images[name], use: uses[name] }));
    context.terminal.out.write(
      args.flag('json')
        ? `${JSON.stringify({ schemaVersion: 1, images: lines }, null, 2)}\n`
        : lines.map(({ image }) => `${image}\n`).join(''),
    );
    return Promise.resolve(exitCodes.done);
  },
  notes: ['Mirror them under one prefix and name it with --registry, or name each with --image.'],
};
