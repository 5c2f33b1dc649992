/** What was found on one cluster, as it is kept in `proven/NAME.json`, and README's table of all of them. Pure. */

export type Outcome = 'proven' | 'failed' | 'cannot';

export interface Finding {
  /** A scenario's id, or `cancel`, `kill -9 and undo`, `kill -9 and resume`. */
  readonly what: string;
  readonly outcome: Outcome;
  /** What was seen, or why it cannot be had here. */
  readonly said: string;
}

export interface Acceptance {
  readonly schemaVersion: 1;
  /** What kind of cluster it was, as a person calls it: `test cluster (kube-proxy iptables)`. */
  readonly name: string;
  /** Day, ISO 8601. */
  readonly date: string;
  /** `Kubernetes v1.34.4 · Cilium 1.19.4 · native routing`. */
  readonly cluster: string;
  readonly version: string;
  readonly findings: readonly Finding[];
}

const marks: Readonly<Record<Outcome, string>> = { proven: 'yes', failed: 'failed', cannot: '–' };

/** A row for each thing, a column for each cluster; reasons stand below. */
function provenTable(all: readonly Acceptance[]): string {
  if (all.length === 0) return 'Nothing is recorded yet.';
  const whats = [...new Set(all.flatMap(({ findings }) => findings.map(({ what }) => what)))];
  const cell = (one: Acceptance, what: string): string => {
    const found = one.findings.find((finding) => finding.what === what);
    return found ? marks[found.outcome] : '–';
  };
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const reasons = all.flatMap(({ name, findings }) =>
    findings
      .filter(({ outcome }) => outcome !== 'proven')
      .map(({ what, said }) => `- ${name}, \`${what}\`: ${said}`),
  );
  return [
    row(['', ...all.map(({ name }) => name)]),
    row(['---', ...all.map(() => '---')]),
    ...whats.map((what) => row([`\`${what}\``, ...all.map((one) => cell(one, what))])),
    row(['cluster', ...all.map(({ cluster }) => cluster)]),
    row(['when', ...all.map(({ date, version }) => `${date}, ${version}`)]),
    ...(reasons.length > 0 ? ['', ...reasons] : []),
  ].join('\n');
}

const begin = '<!-- proven: npm run acceptance writes this table -->';
const end = '<!-- /proven -->';

/** The README with the table between its marks written anew. Throws where the marks are not there. */
export function withTable(readme: string, all: readonly Acceptance[]): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error('README.md has no marks for the table of what was proven.');
  return `${readme.slice(0, from + begin.length)}\n\n${provenTable(all)}\n\n${readme.slice(to)}`;
}
