import { isRecord, readJson } from '../../core/tool/json';
import { textAt } from '../client/json';

/** What an agent says of its Hubble. `unclear` is neither on nor off, or not said. */
export interface HubbleState {
  readonly state: 'on' | 'off' | 'unclear';
  /** In its words, e.g. `Ok`, `Disabled`, `Warning: Hubble starting`. */
  readonly said: string;
}

/**
 * Reads `cilium-dbg status -o json`. Sources: Cilium 1.16 to 1.20, `api/v1/models/hubble_status.go` for the states and
 * `pkg/hubble/cell/hubbleintegration.go` (1.16: `daemon/cmd/hubble.go`), by which `Warning` also stands for a Hubble that is still
 * starting.
 */
export function hubbleStateInStatus(stdout: string): HubbleState {
  const status = readJson(stdout);
  if (!isRecord(status)) return { state: 'unclear', said: 'a status that is not JSON' };
  const state = textAt(status, 'hubble', 'state');
  const message = textAt(status, 'hubble', 'msg');
  if (state === null) return { state: 'unclear', said: 'a status without Hubble' };
  const said = message === null ? state : `${state}: ${message}`;
  if (state === 'Ok') return { state: 'on', said };
  return { state: state === 'Disabled' ? 'off' : 'unclear', said };
}

/** Lines that an agent writes once at its start, the same words from 1.16 to 1.20 in the text and the JSON format. */
const linesOfState = [
  { state: 'off', line: 'Hubble server is disabled' },
  { state: 'on', line: 'Starting local Hubble server' },
] as const;

/**
 * Reads the log of an agent from its start. Sources: `pkg/hubble/cell/hubbleintegration.go` of Cilium 1.17 to 1.20,
 * `daemon/cmd/hubble.go` of 1.16.
 */
export function hubbleStateInLog(log: string): HubbleState {
  const found = linesOfState
    .map(({ state, line }) => ({ state, said: line, at: log.lastIndexOf(line) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => b.at - a.at)[0];
  return found ?? { state: 'unclear', said: 'no line about Hubble in the log' };
}
