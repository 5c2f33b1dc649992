import { clusterSettings } from '../ids';
import type { WrittenSettings } from '../kube/readSettings';

const isText = (value: unknown): value is string => typeof value === 'string';

function text<Name extends string>(name: Name, value: unknown): { readonly [Key in Name]?: string } {
  const written = isText(value) ? value.trim() : '';
  return (written === '' ? {} : { [name]: written }) as { readonly [Key in Name]?: string };
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(isText).filter((one) => one.trim() !== '') : [];

function namedTexts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => isText(entry[1]) && entry[1] !== ''),
  );
}

/**
 * How runs on clusters are to be made, from VS Code's settings. What is empty or of another type counts as not set; what
 * cannot be is refused where the settings are read. Consents are no setting: they are asked for before each run.
 */
export function writtenClusterSettings(read: (setting: string) => unknown): WrittenSettings {
  const { namespace, clientNode, serverNode, crossZone, images, registry } = clusterSettings;
  const { roundTripTool, pullSecrets, tolerations, cpu, memory } = clusterSettings;
  return {
    ...text('namespace', read(namespace)),
    ...text('clientNode', read(clientNode)),
    ...text('serverNode', read(serverNode)),
    ...text('registry', read(registry)),
    ...text('roundTripTool', read(roundTripTool)),
    ...text('cpu', read(cpu)),
    ...text('memory', read(memory)),
    crossZone: read(crossZone) === true,
    images: namedTexts(read(images)),
    pullSecrets: texts(read(pullSecrets)),
    tolerations: texts(read(tolerations)),
  };
}
