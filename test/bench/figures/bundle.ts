import { readFile, stat } from 'node:fs/promises';
import { CannotMeasure, type Figure, type Line } from '../figure';

/** What every window of VS Code would pay for at start. */
const strangers = [
  /node_modules\/@kubernetes\//,
  /node_modules\/chart/,
  /(?:^|\/)src\/lab\//,
  /(?:^|\/)webview\//,
];
const budgetsKb = { extension: 150, ui: 150, cli: 300, lab: 150 };

async function sourcesOf(file: string): Promise<readonly string[]> {
  const map: unknown = JSON.parse(await readFile(`${file}.map`, 'utf8'));
  if (typeof map === 'object' && map !== null && 'sources' in map && Array.isArray(map.sources))
    return map.sources.map(String);
  throw new CannotMeasure(`${file}.map names no sources`);
}

/** Size of the bundles, and what is in the one that activation loads. */
export const bundle: Figure = {
  name: 'bundle',
  async measure() {
    const sizes = await Promise.all(
      Object.entries(budgetsKb).map(async ([name, limit]): Promise<Line> => ({
        name: `dist/${name}.js`,
        value: (await stat(`dist/${name}.js`)).size / 1000,
        unit: 'kB',
        beside: limit,
        besideWhat: 'limit',
        ratio: { atMost: 1 },
      })),
    );
    const found = (await sourcesOf('dist/extension.js')).filter((source) =>
      strangers.some((stranger) => stranger.test(source)),
    );
    return [
      ...sizes,
      {
        name: `heavy modules in dist/extension.js${found.length > 0 ? ` (${found.join(', ')})` : ''}`,
        value: found.length,
        unit: '',
        beside: 0,
        besideWhat: 'limit',
        ratio: { atMost: 1 },
      },
    ];
  },
};
