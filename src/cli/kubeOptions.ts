import { consentNames } from '../core/plan/consents';
import { runSettingsFrom } from '../kube/readSettings';
import type { RunSettings } from '../kube/runSettings';
import { parsePairs, type OptionSpecs, type ParsedArguments } from './arguments';

/** Where and how a run is made on a cluster. All of them belong to `--target kube`, or to a `--context`. */
export const kubeOptions = {
  allow: {
    value: 'WHAT',
    many: true,
    choices: consentNames,
    help: 'what a run may do that others on the cluster could notice; may be repeated',
  },
  namespace: { value: 'NAME', help: 'an existing namespace to work in, instead of one made for the run' },
  'client-node': { value: 'NODE', help: 'node of the clients' },
  'server-node': { value: 'NODE', help: 'node of the server' },
  'cross-zone': { help: 'client and server may stand in different zones' },
  image: { value: 'name=IMAGE', many: true, help: 'another image for fortio or network; may be repeated' },
  registry: { value: 'PREFIX', help: 'registry that mirrors the default images' },
  'round-trip-tool': {
    value: 'TOOL',
    choices: ['netperf', 'sockperf'],
    help: 'what the network image measures round trips with; netperf unless said otherwise',
  },
  'pull-secret': { value: 'NAME', many: true, help: 'Secret for pulling images; may be repeated' },
  toleration: {
    value: 'key=value:effect',
    many: true,
    help: 'taint that the pods tolerate; value and effect may be left out; may be repeated',
  },
  cpu: { value: 'CPU', help: 'CPU of each load and server pod, request and limit, e.g. 2 or 500m' },
  memory: { value: 'MEMORY', help: 'memory of each load and server pod, request and limit, e.g. 512Mi' },
} as const satisfies OptionSpecs;

/** Throws a usage {@link Problem} for what cannot be. */
export function settingsFrom(args: ParsedArguments): RunSettings {
  const one = (option: string, name: string): Record<string, string> => {
    const value = args.text(option);
    return value === undefined ? {} : { [name]: value };
  };
  return runSettingsFrom({
    allow: args.texts('allow'),
    ...one('namespace', 'namespace'),
    ...one('client-node', 'clientNode'),
    ...one('server-node', 'serverNode'),
    ...one('registry', 'registry'),
    ...one('round-trip-tool', 'roundTripTool'),
    ...one('cpu', 'cpu'),
    ...one('memory', 'memory'),
    crossZone: args.flag('cross-zone'),
    images: parsePairs(args.texts('image'), 'image'),
    pullSecrets: args.texts('pull-secret'),
    tolerations: args.texts('toleration'),
  });
}

/** Options that say nothing in the lab. */
export function givenKubeOptions(args: ParsedArguments): readonly string[] {
  return Object.entries(kubeOptions).flatMap(([name, spec]) =>
    ('value' in spec ? args.texts(name).length > 0 : args.flag(name)) ? [`--${name}`] : [],
  );
}
