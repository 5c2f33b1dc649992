import { isRecord } from '../../tool/json';
import type { Fact } from '../run';
import { shortText, timeText } from './figures';
import type { ResultFormat, SourceFacts } from './source';

/** The script's words for facts that our fingerprints have; it asks the first node alone. */
const facts: Readonly<Record<string, string>> = {
  cluster_type: 'clusterType',
  k8s_version: 'kubernetesVersion',
  node_count: 'nodes',
  node_os: 'osImages',
  kernel_version: 'kernels',
  node_model: 'instanceTypes',
};

/** The facts among the script's names and values; what it calls unknown is left out. */
function articleFacts(fields: ReadonlyMap<string, string>): SourceFacts {
  const fingerprint: Record<string, Fact> = {};
  for (const [key, name] of Object.entries(facts)) {
    const value = shortText(fields.get(key) ?? '');
    if (value === '' || value === 'unknown') continue;
    fingerprint[name] = key === 'node_count' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  }
  const targetName = shortText(fields.get('cluster_name') ?? '');
  const date = timeText(fields.get('test_date') ?? null);
  return {
    fingerprint,
    ...(targetName === '' ? {} : { targetName }),
    ...(date === null ? {} : { date }),
  };
}

/** The same from the summary's `cluster`. */
export function factsOfSummary(cluster: unknown): SourceFacts {
  const entries = isRecord(cluster) ? Object.entries(cluster) : [];
  return articleFacts(
    new Map(
      entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, unquoted(value)] as const] : [])),
    ),
  );
}

function unquoted(value: string): string {
  return /^"[^"]*"$/.test(value) ? value.slice(1, -1) : value;
}

const line = /^([a-z0-9_]+): *(.*?) *$/;

/** `context.yaml` of the article's script: one name and value a line, and nothing else. */
export const articleContextFormat: ResultFormat = {
  id: 'tke-guide-context',
  name: 'the context of the TKE guide’s benchmark script',

  detects: ({ text, json }) =>
    json === undefined &&
    /^cluster_type: /m.test(text) &&
    /^test_date: /m.test(text) &&
    /^k8s_version: /m.test(text),

  read({ text }) {
    const fields = new Map<string, string>();
    for (const one of text.split(/\r?\n/)) {
      const [, key, value] = line.exec(one) ?? [];
      if (key !== undefined && value !== undefined) fields.set(key, unquoted(value));
    }
    return { readings: [], leftOut: [], facts: articleFacts(fields) };
  },
};
