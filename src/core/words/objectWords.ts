import type { Finding, FindingCode } from '../policy/finding';
import { detail, podsOf, portsOf, trafficOf, type FindingWords } from './findingPhrases';
import { joined, startOfSentence } from './phrases';

type ObjectCode = Extract<
  FindingCode,
  'annotation-dead' | 'service-l7-lb' | 'envoy-config' | 'istio-l7' | 'istio-l7-no-target' | 'istio-tcp-port'
>;
type Sentences = Readonly<Record<string, FindingWords['sentence']>>;

const byReason =
  (sentences: Sentences, otherwise: FindingWords['sentence']): FindingWords['sentence'] =>
  (finding) =>
    (sentences[finding.reason ?? ''] ?? otherwise)(finding);

const named = ({ policy }: Finding, otherwise: string): string =>
  policy.name === '' ? otherwise : policy.name;

/** `methods and paths are`, of the HTTP conditions of an Istio policy. */
function conditions(finding: Finding): string {
  const fields = detail(finding, 'fields').split(', ');
  return `${joined(fields)} ${fields.length === 1 ? 'needs' : 'need'} something that reads HTTP`;
}

const inAmbient = (finding: Finding): string =>
  detail(finding, 'mode') === 'ambient'
    ? 'The namespace is in ambient mode, and nothing here names a waypoint or a Service (targetRefs), so that ztunnel decides'
    : 'In ambient mode, nothing here names a waypoint or a Service (targetRefs), so that ztunnel decides';

const annotationWords: Sentences = {
  removed: (finding) =>
    `Cilium reads ${detail(finding, 'annotation')} no more since ${detail(finding, 'since')}: it shows nothing and sends nothing through a proxy. L7 rules of a policy do.`,
  value: (finding) =>
    `${detail(finding, 'annotation')} takes effect with the value ${detail(finding, 'expected')} alone: ${detail(finding, 'value')} changes nothing.`,
};

const serviceWords: Sentences = {
  'lb-l7': (finding) =>
    `All traffic to ${portsOf(finding)} of the Service ${named(finding, 'here')} goes through Envoy on the client's node, where Cilium's L7 load balancing is on.`,
  'proxy-delegation': (finding) =>
    `Traffic to ${portsOf(finding)} of the Service ${named(finding, 'here')} whose backend is on the same node goes through a proxy beside Cilium.`,
};

const envoyWords: Sentences = {
  services: (finding) =>
    `All traffic to ${portsOf(finding)} of ${detail(finding, 'services') || 'these Services'} goes through an Envoy listener on the client's node, whatever policies say.`,
  listener: () =>
    'No Service is named, so that this sends nothing through Envoy by itself: policies and other objects that refer to it do.',
  gateway: (finding) =>
    `All traffic to ${portsOf(finding)} of this Gateway goes through Envoy: Cilium makes a CiliumEnvoyConfig of it.`,
  ingress: () => 'All traffic to this Ingress goes through Envoy: Cilium makes a CiliumEnvoyConfig of it.',
};

const istioWords: Sentences = {
  waypoint: (finding) =>
    `${startOfSentence(conditions(finding))}: all traffic to ${detail(finding, 'target') || 'the target'} goes through its waypoint, an Envoy, and not through ztunnel alone.`,
  'no-waypoint': (finding) =>
    `${startOfSentence(conditions(finding))}: in ambient mode that is a waypoint, which all traffic ${trafficOf(finding)} would go through. None is named.`,
  sidecar: (finding) =>
    `${startOfSentence(conditions(finding))}: the sidecar of ${podsOf(finding)} parses all their requests for it. It is on the way already.`,
  gateway: (finding) =>
    `${startOfSentence(conditions(finding))}: the gateway is an Envoy already, and does it.`,
};

const withoutTarget: Sentences = {
  'denies-all': (finding) =>
    `${inAmbient(finding)}: it leaves out each rule with HTTP conditions (${detail(finding, 'fields')}), none is left, and everything ${trafficOf(finding)} is refused.`,
  'rules-dropped': (finding) =>
    `${inAmbient(finding)}: it leaves out each rule with HTTP conditions (${detail(finding, 'fields')}), and what only they allow ${trafficOf(finding)} is refused.`,
  'denies-more': (finding) =>
    `${inAmbient(finding)}: it denies without the HTTP conditions (${detail(finding, 'fields')}), which is more than is written here.`,
  'not-enforced': (finding) =>
    `${inAmbient(finding)}: it cannot read ${detail(finding, 'fields')}, and nothing of this is enforced.`,
};

function tcpSentence(finding: Finding): string {
  const why =
    finding.reason === 'declared'
      ? 'is declared as TCP by its Service'
      : 'is taken for TCP by Istio, where no Service declares it as HTTP';
  const what =
    detail(finding, 'action') === 'DENY'
      ? 'the rule denies all connections that its other conditions match'
      : 'the rule never matches, and connections that only it allows are refused';
  return `${detail(finding, 'field')} says something about HTTP, and ${portsOf(finding)} ${why}: ${what}.`;
}

/** Words for findings about objects that are no Cilium policies. */
export const objectWords: Readonly<Record<ObjectCode, FindingWords>> = {
  'annotation-dead': {
    title: 'Annotation without effect',
    sentence: byReason(annotationWords, () => 'This annotation has no effect.'),
  },
  'service-l7-lb': {
    title: 'Service through a proxy',
    sentence: byReason(serviceWords, () => 'All traffic to this Service goes through a proxy.'),
    dataPath: ({ reason }) =>
      reason === 'proxy-delegation'
        ? 'client pod → eBPF → proxy on the node → server pod'
        : 'client pod → eBPF → Envoy on the client’s node → server pod',
  },
  'envoy-config': {
    title: 'Envoy configuration',
    sentence: byReason(envoyWords, () => 'What this takes in goes through Envoy, whatever policies say.'),
    dataPath: ({ reason }) =>
      reason === 'gateway' || reason === 'ingress'
        ? 'client → eBPF → Envoy on the node that it reaches → server pod'
        : 'client pod → eBPF → Envoy on the client’s node → server pod',
  },
  'istio-l7': {
    title: 'L7 in Istio',
    sentence: byReason(
      istioWords,
      (finding) =>
        `${startOfSentence(conditions(finding))}: in ambient mode a waypoint, which all traffic ${trafficOf(finding)} then goes through; in sidecar mode the Envoy beside each pod, which is there already.`,
    ),
  },
  'istio-l7-no-target': {
    title: 'Not enforced as written in ambient mode',
    sentence: byReason(withoutTarget, (finding) => `${inAmbient(finding)}, and it reads no HTTP.`),
  },
  'istio-tcp-port': { title: 'HTTP fields on a TCP port', sentence: tcpSentence },
};
