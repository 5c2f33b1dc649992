import type { Scalar } from 'yaml';
import { selectedEndpoints } from './endpoints';
import type { Finding, Range } from './finding';
import { placeAt } from './keyAt';
import { rangeOf } from './places';
import type { PolicyPlace } from './policyWorld';
import { jsonOf } from './plainJson';
import { portsWritten, type FoundPolicy } from './policies';
import { policyChecks } from './registry';
import type { ObjectFinding } from './rules/rule';
import type { CiliumVersion, Path, Policy, Redirect, Refusal, SchemaFault } from './semantics/model';
import { readPolicy } from './semantics/readPolicy';
import { redirectsOf } from './semantics/redirects';
import { schemaFaults } from './semantics/schemaFaults';
import { removedFields, type RemovedField } from './semantics/versions';

/** What a policy is judged for. */
export interface JudgedFor {
  readonly version: CiliumVersion;
  /** Whether the target serves L7 rules, where one is connected. */
  readonly l7Proxy?: L7Proxy;
}

export type L7Proxy = {
  readonly state: 'off' | 'not-offered';
  /** The target, by the name that people know. */
  readonly target: string;
} | null;

export interface Judgement {
  /** As the agent reads it; null where it is refused or cannot be read, and nothing of it is enforced. */
  readonly accepted: Policy | null;
  readonly findings: readonly ObjectFinding[];
  /** Whether the entry of `toPorts` at a path, taken alone, sends traffic through a proxy; also where another part is refused. */
  readonly redirects: (path: Path) => boolean;
}

const languageDocs = 'https://docs.cilium.io/en/stable/security/policy/language/';
const notJudged: Judgement = { accepted: null, findings: [], redirects: () => true };
/** A file that is no policy at all would have one for each of its fields. */
const mostFaults = 20;

const startsWith = (path: Path, start: Path): boolean => start.every((step, at) => path[at] === step);

/** Values come from elsewhere, or are still to be typed: what is read of it is not what will be applied. */
function isUnsettled({ document, isPatch }: FoundPolicy): boolean {
  return isPatch || document.yaml.errors.length > 0 || document.source.includes('{{');
}

/** Where a path of a policy stands, and the traffic that it speaks of. */
export function placeInPolicy(object: FoundPolicy, path: Path): PolicyPlace | undefined {
  const range = rangeInPolicy(object, path);
  return range && { range, ...trafficAt(object, path) };
}

export function rangeInPolicy({ read, node, document }: FoundPolicy, path: Path): Range | undefined {
  const { key } = placeAt(read, node, path);
  return key && rangeOf(document, key);
}

/** The traffic that a path of a policy speaks of. */
function trafficAt(
  { read, node }: FoundPolicy,
  path: Path,
): Pick<Finding, 'direction' | 'ports' | 'endpoints'> {
  const specEnd = path[0] === 'specs' ? 2 : path[0] === 'spec' ? 1 : 0;
  const spec = placeAt(read, node, path.slice(0, specEnd)).node;
  const section = path[specEnd];
  const direction =
    section === 'ingress' || section === 'ingressDeny'
      ? 'ingress'
      : section === 'egress' || section === 'egressDeny'
        ? 'egress'
        : null;
  const hasEntry = path[specEnd + 2] === 'toPorts' && typeof path[specEnd + 3] === 'number';
  const entry = hasEntry ? placeAt(read, node, path.slice(0, specEnd + 4)).node : undefined;
  return {
    direction,
    ports: entry === undefined ? [] : portsWritten(read, entry),
    endpoints: selectedEndpoints(read, spec),
  };
}

/** L7 rules of an entry that denies: the API server drops them, and the port is denied whole. */
const isUnderDeny = (path: Path): boolean =>
  path[path.length - 1] === 'rules' && path.some((step) => step === 'ingressDeny' || step === 'egressDeny');

/** Spares the look for what most policies never had. */
const mayBeRemoved = /Requires|kafka|l7/i;

/** Refused by how agents are usually set up; another setting takes it. */
const bySetting: ReadonlySet<string> = new Set(['nodes-disabled']);

type Said = Pick<ObjectFinding, 'code' | 'severity' | 'docs' | 'tags'> &
  Partial<Pick<ObjectFinding, 'reason' | 'detail' | 'protocol' | 'rules'>>;

function foundAt(object: FoundPolicy, path: Path, said: Said): readonly ObjectFinding[] {
  const key: Scalar | undefined = placeAt(object.read, object.node, path).key;
  if (!key) return [];
  return [{ protocol: null, rules: 0, ...said, key, ...trafficAt(object, path) }];
}

function faultFindings(object: FoundPolicy, faults: readonly SchemaFault[]): readonly ObjectFinding[] {
  return faults.slice(0, mostFaults).flatMap(({ path, kind, expected }) => {
    if (kind === 'pruned' && isUnderDeny(path))
      return foundAt(object, path, {
        code: 'l7-pruned',
        severity: 'warning',
        docs: 'https://docs.cilium.io/en/stable/security/policy/deny/',
        tags: [],
        reason: 'in-deny',
      });
    return foundAt(object, path, {
      code: 'schema-refused',
      severity: kind === 'pruned' ? 'warning' : 'error',
      docs: languageDocs,
      tags: [],
      reason: kind,
      detail: { field: String(path[path.length - 1] ?? ''), expected },
    });
  });
}

const instead: Readonly<Record<string, string>> = {
  fromRequires: 'write its labels into each entry of fromEndpoints',
  toRequires: 'write its labels into each entry of toEndpoints',
};

function removalFindings(object: FoundPolicy, removed: readonly RemovedField[]): readonly ObjectFinding[] {
  return removed.flatMap(({ path, field, since }) =>
    foundAt(object, path, {
      code: 'field-removed',
      severity: 'error',
      docs: 'https://docs.cilium.io/en/stable/operations/upgrade/',
      tags: [],
      reason: field,
      detail: { field, since, instead: instead[field] ?? '' },
    }),
  );
}

/** What is wrong only because of a removed field: what stands in it, and the `rules` that hold nothing else. */
function isOfRemoved(path: Path, removed: readonly RemovedField[]): boolean {
  return removed.some((field) => startsWith(path, field.path) || startsWith(field.path, path));
}

function refusalFindings(
  object: FoundPolicy,
  refusals: readonly Refusal[],
  { l7Proxy }: JudgedFor,
): readonly ObjectFinding[] {
  return refusals.slice(0, mostFaults).flatMap(({ path, reason, agentSays }) =>
    reason === 'l7-proxy-disabled' && l7Proxy
      ? foundAt(object, path, {
          code: 'l7-disabled',
          severity: 'error',
          docs: 'https://docs.cilium.io/en/stable/security/policy/layer7/',
          tags: [],
          reason: l7Proxy.state,
          detail: { target: l7Proxy.target },
        })
      : foundAt(object, path, {
          code: 'l7-rejected',
          severity: bySetting.has(reason) ? 'warning' : 'error',
          docs: languageDocs,
          tags: [],
          reason,
          detail: { agentSays },
        }),
  );
}

type RedirectOf = (path: Path) => Redirect | null;

function redirectsByPath(policy: Policy | null, version: CiliumVersion): RedirectOf {
  if (!policy) return () => null;
  const redirects = new Map(
    redirectsOf(policy, version).map(({ path, redirect }) => [path.join('/'), redirect]),
  );
  return (path) => redirects.get(path.join('/')) ?? null;
}

function checkFindings(
  object: FoundPolicy,
  policy: Policy,
  version: CiliumVersion,
  redirectOf: RedirectOf,
): readonly ObjectFinding[] {
  const view = { policy, version, redirectOf: ({ path }: { readonly path: Path }) => redirectOf(path) };
  const { read, node } = object;
  return policyChecks.flatMap((check) =>
    check(view).flatMap(({ path, rule, ...said }) => {
      const { key } = placeAt(read, node, path);
      const spec = placeAt(read, node, rule.path).node;
      return key ? [{ ...said, key, endpoints: selectedEndpoints(read, spec) }] : [];
    }),
  );
}

/**
 * What the API server and the agent of a version make of a policy. A patch, a template and half-typed text are not judged:
 * what is refused in them may be right once it is whole.
 */
export function judge(object: FoundPolicy, judgedFor: JudgedFor): Judgement {
  if (isUnsettled(object)) return notJudged;
  const json = jsonOf(object.node, object.document.yaml);
  if (json === undefined) return notJudged;
  const { version, l7Proxy = null } = judgedFor;
  const { policy, refusals } = readPolicy(json, version, { l7Proxy: l7Proxy === null });
  const removed = mayBeRemoved.test(object.document.text) ? removedFields(json, version) : [];
  const allFaults = object.kind === 'rule' ? [] : schemaFaults(json, version);
  const faults = allFaults.filter(({ path }) => !isOfRemoved(path, removed));
  const refusing = allFaults.filter(({ kind }) => kind !== 'pruned');
  // What the API server does not store, no agent sees.
  const shown = refusing.length > 0 ? [] : refusals;
  const accepted = refusing.length === 0 && refusals.length === 0 ? policy : null;
  const redirectOf = redirectsByPath(policy, version);
  const refusedPaths = [...refusing, ...refusals].map(({ path }) => path);
  return {
    accepted,
    findings: [
      ...removalFindings(object, removed),
      ...faultFindings(object, faults),
      ...refusalFindings(object, shown, judgedFor),
      ...(accepted ? checkFindings(object, accepted, version, redirectOf) : []),
    ],
    redirects: (path) =>
      policy === null
        ? !refusedPaths.some((refused) => startsWith(refused, path))
        : redirectOf(path) !== null && !refusedPaths.some((refused) => startsWith(refused, path)),
  };
}
