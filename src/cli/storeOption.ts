import path from 'node:path';
import { defaultRunsFolder } from '../store/runsFolder';
import { createRunStore, type RunStore } from '../store/runStore';
import type { OptionSpecs, ParsedArguments } from './arguments';
import type { CommandContext } from './commands/command';

export const storeOption = {
  store: { value: 'DIR', help: 'folder of the runs; the extension shares the default one' },
} as const satisfies OptionSpecs;

/** The store that `--store` names, else the default one. */
export function openStore(args: ParsedArguments, context: Pick<CommandContext, 'cwd' | 'env'>): RunStore {
  const folder = args.text('store');
  return createRunStore(
    folder === undefined ? defaultRunsFolder(context.env) : path.resolve(context.cwd, folder),
  );
}
