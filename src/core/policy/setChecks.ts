import type { SetCheck } from './policyWorld';
import { conflict } from './rules/conflict';
import { doubleProxy } from './rules/doubleProxy';
import { fqdnWithoutDns } from './rules/fqdnWithoutDns';
import { shadowed } from './rules/shadowed';
import { underDeny } from './rules/underDeny';

/** Every check of policies that are seen together. */
export const setChecks: readonly SetCheck[] = [conflict, shadowed, underDeny, doubleProxy, fqdnWithoutDns];
