import { ciliumVersions, type CiliumVersion } from '../../src/core/policy/semantics/model';
import type { Judged, JudgedDocument, JudgedEndpoint } from './judged';

/**
 * Answers of the oracles kept as text: a first line that says what they are of, then a line for each case. A line holds the
 * answer of each version, oldest first; 0 is "as the version before". Refusals are not kept, only that there was one.
 */
export interface StoredAnswers {
  readonly seed: number;
  /** A hash of the texts of all cases: another generator makes other cases, and the answers are to be stored anew. */
  readonly casesHash: string;
  readonly answers: readonly Readonly<Record<CiliumVersion, Judged>>[];
}

type StoredDocument = readonly [
  state: 0 | 1 | 2 | 3,
  pruned: readonly string[] | 0,
  redirects: Readonly<Record<string, string>> | 0,
];
type StoredEndpoint = readonly [
  labels: string,
  flags: 0 | 1 | 2 | 3,
  conflict: string,
  ports: readonly (readonly [direction: 0 | 1, port: string, redirect?: string, shadow?: string])[] | 0,
];
type StoredJudged = readonly [readonly StoredDocument[], readonly StoredEndpoint[]];

const bits = (first: boolean, second: boolean): 0 | 1 | 2 | 3 => (first ? (second ? 3 : 1) : second ? 2 : 0);

function packDocument({ accepted, schemaAccepted, pruned, redirects }: JudgedDocument): StoredDocument {
  return [
    bits(accepted, schemaAccepted),
    pruned.length > 0 ? pruned : 0,
    accepted && redirects.length > 0 ? Object.fromEntries(redirects) : 0,
  ];
}

function unpackDocument([state, pruned, redirects]: StoredDocument): JudgedDocument {
  return {
    accepted: (state & 1) > 0,
    refusal: '',
    schemaAccepted: (state & 2) > 0,
    schemaFault: '',
    pruned: pruned || [],
    redirects: Object.entries(redirects || {}),
  };
}

function packEndpoint({ labels, isHost, isCombined, conflict, ports }: JudgedEndpoint): StoredEndpoint {
  return [
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    bits(isHost, isCombined),
    conflict ?? '',
    ports.length === 0
      ? 0
      : ports.map(({ direction, port, redirect, shadow }) => {
          const way = direction === 'ingress' ? 0 : 1;
          return shadow.length > 0
            ? [way, port, redirect, shadow.join(' ')]
            : redirect
              ? [way, port, redirect]
              : [way, port];
        }),
  ];
}

function unpackEndpoint([labels, flags, conflict, ports]: StoredEndpoint): JudgedEndpoint {
  return {
    labels: Object.fromEntries(
      (labels === '' ? [] : labels.split(' ')).map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
    ),
    isHost: (flags & 1) > 0,
    isCombined: (flags & 2) > 0,
    conflict: conflict || null,
    ports: (ports || []).map(([way, port, redirect = '', shadow = '']) => ({
      direction: way === 0 ? 'ingress' : 'egress',
      port,
      redirect,
      shadow: shadow ? shadow.split(' ') : [],
    })),
  };
}

export function writeStored({ seed, casesHash, answers }: StoredAnswers): string {
  const lines = answers.map((answer) => {
    let before = '';
    const versions = ciliumVersions.map((version) => {
      const { documents, endpoints } = answer[version];
      const packed: StoredJudged = [documents.map(packDocument), endpoints.map(packEndpoint)];
      const text = JSON.stringify(packed);
      const isSame = text === before;
      before = text;
      return isSame ? '0' : text;
    });
    return `[${versions.join(',')}]`;
  });
  return [JSON.stringify({ seed, casesHash, versions: ciliumVersions }), ...lines, ''].join('\n');
}

export function readStored(text: string): StoredAnswers {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const { seed, casesHash } = JSON.parse(head) as Pick<StoredAnswers, 'seed' | 'casesHash'>;
  const answers = lines.map((line) => {
    let before: StoredJudged = [[], []];
    const versions = (JSON.parse(line) as (StoredJudged | 0)[]).map((packed) => {
      before = packed === 0 ? before : packed;
      return {
        documents: before[0].map(unpackDocument),
        endpoints: before[1].map(unpackEndpoint),
        unreadable: 0,
      };
    });
    const judged = Object.fromEntries(ciliumVersions.map((version, at) => [version, versions[at]]));
    return judged as unknown as Record<CiliumVersion, Judged>;
  });
  return { seed, casesHash, answers };
}
