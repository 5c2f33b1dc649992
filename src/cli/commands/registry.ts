import { adviseCommand } from './advise';
import { calibrateCommand } from './calibrate';
import type { Command } from './command';
import { compareCommand } from './compare';
import { imagesCommand } from './images';
import { lintCommand } from './lint';
import { planCommand } from './plan';
import { rbacCommand } from './rbac';
import { reportCommand } from './report';
import { runCommand } from './run';
import { runsCommand } from './runs';
import { targetsCommand } from './targets';
import { undoCommand } from './undo';

/** Every command, in the order of the help. A new one is a file here and a line below. */
export const commands: readonly Command[] = [
  runCommand,
  planCommand,
  lintCommand,
  reportCommand,
  compareCommand,
  adviseCommand,
  runsCommand,
  calibrateCommand,
  undoCommand,
  targetsCommand,
  rbacCommand,
  imagesCommand,
];
