import type { Finding } from '../policy/finding';
import { policyName, portsOf } from './findingPhrases';
import { counted } from './numbers';
import { joined } from './phrases';

/** What a fix does, for a menu, and what it costs in turn, as a sentence; null where all that is enforced stays the same. */
interface FixWords {
  readonly title: string;
  readonly loses: string | null;
}

const what: Readonly<Record<string, string>> = {
  http: 'methods, paths, hosts and headers',
  kafka: 'topics and API keys',
  proto: 'the parser’s rules',
};

const portList = (ports: readonly string[]): string =>
  `${ports.length === 1 ? 'port' : 'ports'} ${joined(ports)}`;

/** Titles are what VS Code calls sentences in menus: no full stop. */
export const fixWords = {
  dropEmptyRules: (): FixWords => ({ title: 'Remove the empty rules', loses: null }),
  dropVisibility: (finding: Finding): FixWords => ({
    title: `Remove the HTTP rules that allow every request to ${portsOf(finding)}`,
    loses: 'Requests are no longer seen in Hubble, and connections that do not speak HTTP pass.',
  }),
  replaceByL4: (finding: Finding): FixWords => ({
    title: `Allow ${portsOf(finding)} without L7 rules`,
    loses: `Nothing checks ${what[finding.protocol ?? ''] ?? 'requests'} any more: the same peers may send anything to ${portsOf(finding)}.`,
  }),
  dropDeniedRules: (): FixWords => ({ title: 'Remove the rules that a deny does not have', loses: null }),
  ownPortEntry: (kept: string, others: readonly string[]): FixWords => ({
    title: `Keep the L7 rules for port ${kept} alone`,
    loses: `Nothing checks requests to ${portList(others)} any more: the same peers may send anything there.`,
  }),
  mergeRepeated: (count: number, field: string): FixWords => ({
    title: `Merge ${counted(count, 'rule')} into one with an expression of the ${field}`,
    loses: null,
  }),
  escapeDots: (expression: string): FixWords => ({
    title: `Escape the dots of ${expression}`,
    loses: `Names that have another character in place of a dot are no longer allowed; ${expression} is.`,
  }),
  narrowSelector: (): FixWords => ({
    title: 'Select pods by a label',
    loses:
      'Pods without the label are no longer selected: what other policies do not restrict is open for them.',
  }),
  /** @param other The policy that it is of, where that is not the finding's. */
  removeShadowing: (other: Finding['policy'] | null): FixWords => ({
    title: `Remove the rule${other === null ? '' : ` of ${policyName(other)}`} that allows the same without L7 rules`,
    loses: 'What that rule alone allowed is refused from then on.',
  }),
  waypointTarget: (replacesSelector: boolean): FixWords => ({
    title: replacesSelector ? 'Attach it to a Service in place of the selector' : 'Attach it to a Service',
    loses: 'It holds for what goes to that Service through its waypoint, and for nothing else.',
  }),
  addProtocol: (): FixWords => ({ title: 'Add protocol: TCP', loses: null }),
  rightCase: (written: string, right: string, isField: boolean): FixWords => ({
    title: `Write ${right} in place of ${written}`,
    loses: isField ? 'The field is dropped as it stands; from then on it holds.' : null,
  }),
  dropAnnotation: (): FixWords => ({ title: 'Remove the annotation', loses: null }),
} as const;

/** Said of a fix that turns a refused policy into one that is taken, or ends a conflict. */
export const wasRefused =
  'The policy was refused as it stood, and nothing of it was in force; from then on it is.';

export const silenceTitle = (code: string): string => `Ignore ${code} here, with a reason`;
