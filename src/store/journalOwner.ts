import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import type { ProcessLife } from '../core/run/interruptedRun';
import { nullable, number, object, text, type Shape } from '../core/shape';
import { errorCode } from './storeProblem';

/** The process that holds a journal. */
export interface JournalOwner {
  readonly pid: number;
  /** Boot of the machine and start within it, so that a later process with the same number is told apart; null where /proc does not say. */
  readonly started: string | null;
  readonly host: string;
  /** Which numbering of processes the pid belongs to, as containers have their own; null where /proc does not say. */
  readonly space: string | null;
}

/** As it stands in a file. */
export const ownerShape: Shape<JournalOwner> = object({
  pid: number,
  started: nullable(text),
  host: text,
  space: nullable(text),
});

function readOrNull(read: () => string): string | null {
  try {
    return read().trim();
  } catch {
    return null; // Not Linux, or the process is gone: the caller asks in another way.
  }
}

interface ProcessStat {
  readonly started: string;
  readonly isEnded: boolean;
}

/** Source: proc_pid_stat(5): fields 3 (state) and 22 (starttime) behind the command, which may hold spaces and brackets. */
function statOf(pid: number): ProcessStat | null {
  const stat = readOrNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields?.[0], fields?.[19]];
  if (state === undefined || ticks === undefined) return null;
  const boot = readOrNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')) ?? '';
  return { started: `${boot}/${ticks}`, isEnded: state === 'Z' || state === 'X' };
}

function pidSpace(): string | null {
  return readOrNull(() => readlinkSync('/proc/self/ns/pid'));
}

export function thisProcess(): JournalOwner {
  return {
    pid: process.pid,
    started: statOf(process.pid)?.started ?? null,
    host: os.hostname(),
    space: pidSpace(),
  };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/** Whether the owner still runs. Never `dead` unless that is certain: what is undone under a run that goes on spoils it. */
export function lifeOf(owner: JournalOwner): ProcessLife {
  if (owner.host !== os.hostname() || owner.space !== pidSpace()) return 'unsure';
  const stat = statOf(owner.pid);
  if (stat !== null && owner.started !== null) {
    return stat.started === owner.started && !stat.isEnded ? 'alive' : 'dead';
  }
  if (owner.pid === process.pid && owner.started === null) return 'alive';
  return exists(owner.pid) ? 'unsure' : 'dead';
}
