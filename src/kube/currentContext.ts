import { readFile } from 'node:fs/promises';
import { kubeconfigFiles } from './kubeconfigFiles';

/** `current-context` on a line of its own, as kubectl and the tools of clouds write it, in YAML or JSON. */
const written = /^[ \t]*["']?current-context["']?\s*:\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'#,{}]+))/m;

/** The current context that the text of a kubeconfig names; null where it names none. */
export function currentContextIn(text: string): string | null {
  const [, double, single, plain] = written.exec(text) ?? [];
  const name = double ?? single ?? plain;
  return name === undefined || name === 'null' || name === '~' ? null : name;
}

/**
 * The name of the current context, of the first file that names one, as kubectl reads them. Reads no more than that: the part
 * that talks to clusters need not be loaded for a name.
 */
export async function currentContext(env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const file of kubeconfigFiles(env)) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const name = currentContextIn(text);
    if (name !== null) return name;
  }
  return null;
}
