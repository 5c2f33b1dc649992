import { consentNames, type Consent } from '../core/plan/consents';
import { Problem } from '../core/problem';
import { defaultImages, type BenchImages, type RunSettings, type Toleration } from './runSettings';

/** Settings as people write them, on a command line or in VS Code; what is left out takes its default. */
export interface WrittenSettings {
  readonly allow?: readonly string[];
  readonly namespace?: string;
  readonly clientNode?: string;
  readonly serverNode?: string;
  readonly crossZone?: boolean;
  /** Images by name: `fortio`, `network`. */
  readonly images?: Readonly<Record<string, string>>;
  /** Takes the place of the default images' registries, e.g. `registry.example.org/mirror`. */
  readonly registry?: string;
  readonly roundTripTool?: string;
  readonly pullSecrets?: readonly string[];
  /** `key`, `key=value`, each with `:effect` behind it or not; `*` tolerates everything. */
  readonly tolerations?: readonly string[];
  readonly cpu?: string;
  readonly memory?: string;
}

/** RFC 1123 label, as names of namespaces and Secrets are (kubernetes.io, Object Names and IDs). */
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const imageReference = /^[a-z0-9]+([._:/-][a-zA-Z0-9_][\w.-]*)*(@sha256:[0-9a-f]{64})?$/;
const quantities = { cpu: /^(\d+m|\d+(\.\d+)?)$/, memory: /^\d+(\.\d+)?([KMGT]i?)?$/ };
const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

function refuse(what: string, todo: string): never {
  throw new Problem('usage', what, todo);
}

function consentFrom(word: string): Consent {
  const found = consentNames.find((name) => name === word);
  return found ?? refuse(`"${word}" cannot be allowed.`, `What can be is ${consentNames.join(', ')}.`);
}

function tolerationFrom(text: string): Toleration {
  const [pair = '', effectText] = text.split(':');
  const effect = effects.find((name) => name === effectText);
  if (effectText !== undefined && effect === undefined)
    refuse(`The toleration ${text} has no effect "${effectText}".`, `Effects are ${effects.join(', ')}.`);
  const [key = '', value] = pair.split('=');
  if (key === '') refuse(`The toleration "${text}" has no key.`, 'Write it like dedicated=bench:NoSchedule.');
  return {
    key: key === '*' ? '' : key,
    ...(value === undefined ? { operator: 'Exists' } : { operator: 'Equal', value }),
    ...(effect === undefined ? {} : { effect }),
  };
}

/** The image from another registry: everything before the first slash goes, as it names the host. */
function fromRegistry(image: string, registry: string): string {
  return `${registry.replace(/\/+$/, '')}/${image.slice(image.indexOf('/') + 1)}`;
}

function imagesFrom({ images = {}, registry }: WrittenSettings): BenchImages {
  const imageOf = (name: keyof BenchImages): string => {
    const own = images[name];
    const image = own ?? (registry ? fromRegistry(defaultImages[name], registry) : defaultImages[name]);
    return imageReference.test(image)
      ? image
      : refuse(`"${image}" is no image reference.`, `Write it like ${defaultImages[name]}.`);
  };
  const unknown = Object.keys(images).find((name) => !(name in defaultImages));
  if (unknown !== undefined)
    refuse(`There is no image "${unknown}".`, `The images are ${Object.keys(defaultImages).join(', ')}.`);
  return { fortio: imageOf('fortio'), network: imageOf('network') };
}

function matching(name: string, value: string | undefined, form: RegExp, example: string): string | null {
  if (value === undefined || value === '') return null;
  return form.test(value) ? value : refuse(`${name} cannot be "${value}".`, `Write it like ${example}.`);
}

/** Throws a usage {@link Problem} that names the first thing that cannot be. */
export function runSettingsFrom(written: WrittenSettings): RunSettings {
  const { roundTripTool = 'netperf' } = written;
  if (roundTripTool !== 'netperf' && roundTripTool !== 'sockperf')
    refuse(`Round trips cannot be measured by "${roundTripTool}".`, 'Name netperf or sockperf.');
  return {
    allow: new Set((written.allow ?? []).map(consentFrom)),
    namespace: matching('The namespace', written.namespace, label, 'bench'),
    clientNode: matching('The client’s node', written.clientNode, subdomain, 'node-a'),
    serverNode: matching('The server’s node', written.serverNode, subdomain, 'node-b'),
    crossZone: written.crossZone ?? false,
    images: imagesFrom(written),
    roundTripTool,
    pullSecrets: (written.pullSecrets ?? []).map(
      (name) => matching('A pull secret', name, subdomain, 'registry-login') ?? '',
    ),
    tolerations: (written.tolerations ?? []).map(tolerationFrom),
    cpu: matching('CPU', written.cpu, quantities.cpu, '2 or 500m'),
    memory: matching('Memory', written.memory, quantities.memory, '512Mi'),
  };
}
