import type { DocumentCheck, SubjectCheck } from './policyWorld';
import { conflict } from './rules/conflict';
import { doubleProxy } from './rules/doubleProxy';
import { fqdnWithoutDns } from './rules/fqdnWithoutDns';
import { shadowed } from './rules/shadowed';
import { underDeny } from './rules/underDeny';

/** Every check of what several policies do to one endpoint together. */
export const subjectChecks: readonly SubjectCheck[] = [conflict, shadowed, underDeny];
export const documentChecks: readonly DocumentCheck[] = [doubleProxy, fqdnWithoutDns];
