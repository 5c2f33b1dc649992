import { readFile, stat } from 'node:fs/promises';
import { KubeConfig, loadYaml } from '@kubernetes/client-node';
import { messageOf } from '../core/problem';

/** Far above any real kubeconfig; keeps a wrong path (a disk image, a log) from being read whole. */
const largestFileBytes = 5_000_000;

/** What one kubeconfig file holds, that it is not there, or why it cannot be read. The reason never quotes the file. */
export type KubeconfigFile =
  | {
      readonly file: string;
      /** The library's reading: it drops what it does not know (impersonated groups, `tokenFile`). */
      readonly config: KubeConfig;
      /** The whole file as YAML says it. Holds credentials. */
      readonly document: unknown;
    }
  | { readonly file: string; readonly missing: true }
  | { readonly file: string; readonly reason: string };

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The first line says what is wrong; the rest of a parser's message quotes the file, which may hold credentials. */
function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

/** The library takes any mapping or text for a kubeconfig without contexts; one of these must be there. */
const anyKubeconfigKey = /(?:kind|contexts|clusters|users|current-context)["']?\s*:/;

function holdsNothing(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#|---|$)/.test(line));
}

/** Reads one file. Never throws. */
export async function readKubeconfigFile(file: string): Promise<KubeconfigFile> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > largestFileBytes) return { file, reason: `is ${size} bytes, too large for a kubeconfig` };
    text = await readFile(file, 'utf8');
  } catch (error) {
    return errorCode(error) === 'ENOENT'
      ? { file, missing: true }
      : { file, reason: firstLine(messageOf(error)) };
  }
  const config = new KubeConfig();
  // The library throws on an empty file, kubectl does not.
  if (holdsNothing(text)) return { file, config, document: {} };
  if (!anyKubeconfigKey.test(text)) return { file, reason: 'is not a kubeconfig: it has none of its keys' };
  try {
    config.loadFromString(text, { onInvalidEntry: 'filter' });
    return { file, config, document: loadYaml<unknown>(text) };
  } catch (error) {
    const why =
      error instanceof TypeError ? 'it does not have the shape of one' : firstLine(messageOf(error));
    return { file, reason: `is not a kubeconfig: ${why}` };
  }
}
