import { createHash } from 'node:crypto';
import { atSeverities, knownVersion } from '../core/policy/analysisSettings';
import { newestCilium } from '../core/policy/semantics/model';
import type { PlacedFinding } from '../core/result/advice/advice';
import type { CommandContext } from './commands/command';
import { lintInputs } from './lintFiles';
import { lintSettings } from './lintSettings';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * What the analysis says of the policies in these files and folders, judged together, for this version of Cilium (`1.19`) where it
 * is one that is known, else for that of the settings. Says what it could not read. Throws a usage Problem for a path that is not
 * there.
 */
export async function policyFindings(
  paths: readonly string[],
  version: string | null,
  { cwd, readStdin, signal, terminal }: CommandContext,
): Promise<readonly PlacedFinding[]> {
  const { createWorkspace, withoutIgnored } = await import('../core/policy/main');
  const settings = await lintSettings(cwd, undefined);
  const known = version === null ? null : knownVersion(version);
  const workspace = createWorkspace({ hash, version: known ?? settings.cilium ?? newestCilium });
  const texts = new Map<string, string>();
  for await (const input of lintInputs(paths, cwd, readStdin, signal)) {
    if ('skipped' in input) {
      if (input.named) terminal.err.write(`Not read: ${input.file}: ${input.skipped}.\n`);
      continue;
    }
    texts.set(input.file, input.text);
    const steps = workspace.set(input.file, input.text);
    while (steps.next().done !== true);
  }
  return [...texts].flatMap(([file, text]) =>
    atSeverities(withoutIgnored(workspace.analysis(file).findings, text), settings).map((finding) => ({
      file,
      finding,
    })),
  );
}
