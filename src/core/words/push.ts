import type { Run } from '../result/run';
import { runTitle } from './panelModelOf';
import { targetName } from './targets';

/** What is sent where, before it is sent. `url` is the whole address. */
export function pushWords(run: Run, url: string, hasCredential: boolean): string {
  return [
    `Sends the figures of run ${run.id} (${runTitle(run)}, ${targetName(run.target)}) to ${url}.`,
    'With them go the id and title of the run, the name of the target, its kernel, and the names of the settings and of the parts that were measured.',
    'They take the place of what this target and scenario have there.',
    hasCredential ? 'The credential for this address is sent along.' : 'No credential is sent.',
  ].join(' ');
}
