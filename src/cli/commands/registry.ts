import type { Command } from './command';
import { lintCommand } from './lint';
import { reportCommand } from './report';
import { runsCommand } from './runs';

/** Every command, in the order of the help. A new one is a file here and a line below. */
export const commands: readonly Command[] = [lintCommand, reportCommand, runsCommand];
