import type { PolicyChoice } from '../plan/makePlan';
import type { HttpRequest } from '../plan/plan';
import { Problem } from '../problem';
import { isRecord } from '../tool/json';
import type { NotMeasured } from '../result/run';
import { joined } from '../words/phrases';
import { documentsOf } from './documents';
import { httpUnderTest } from './httpUnderTest';
import { l3l4UnderTest, type Refusal } from './l3l4UnderTest';
import { createPatterns, type Patterns } from './patterns';
import { findPolicies, type FoundPolicy } from './policies';
import type { PolicyUnderTest } from './policyUnderTest';
import { allowedRequest, deniedRequest, refusesNothing, type RequestChoice } from './requests';
import { sha256 } from './sha256';

export interface PolicyOptions {
  /** Where the text is from: only named in the result and in what went wrong. */
  readonly file: string;
  /** The policy's `metadata.name`, where the text holds several. */
  readonly name?: string;
  /** The `textHash` of one of its findings, where several policies share a name. */
  readonly textHash?: string;
  readonly hash?: (text: string) => string;
}

const usage = (what: string, todo: string): Problem => new Problem('usage', what, todo);

/** The policy to be measured, and where it was found. */
interface Chosen {
  readonly policy: PolicyUnderTest;
  readonly found: FoundPolicy;
  /** Its L7 rules that are not HTTP ones. */
  readonly otherL7: readonly string[];
}

/**
 * What of a text can be put in force: the HTTP rules of its first policy that has some, or of the one named; else the L3/L4 rules
 * of the first that has some to be measured. `toFQDNs` peers are fine: the bench's server stands for them. Throws a usage
 * {@link Problem} that says what the text holds.
 */
export function policyUnderTest(
  text: string,
  options: PolicyOptions,
  patterns = createPatterns(),
): PolicyUnderTest {
  return chosenPolicy(text, options, patterns).policy;
}

/** Throws as {@link policyUnderTest}. */
function chosenPolicy(text: string, options: PolicyOptions, patterns: Patterns): Chosen {
  const { file, name, textHash, hash = sha256 } = options;
  const documents = documentsOf(text).map((document) => findPolicies(document, true));
  const policies = documents.flatMap((document) => document.policies);
  const chosen = policies.filter(
    (policy) =>
      (name === undefined || policy.name === name) &&
      (textHash === undefined || hash(policy.normalised()) === textHash),
  );
  const withoutHttp: Omit<Chosen, 'policy'>[] = [];
  for (const found of chosen) {
    const result = httpUnderTest(found, { file, hash }, patterns);
    if ('http' in result) return { policy: result, found, otherL7: [] };
    withoutHttp.push({ found, otherL7: result });
  }
  const refused: { readonly name: string; readonly refusal: Refusal }[] = [];
  for (const { found, otherL7 } of withoutHttp) {
    const result = l3l4UnderTest(found, { file, hash });
    if ('http' in result) return { policy: result, found, otherL7 };
    refused.push({ name: found.name, refusal: result });
  }
  const [first, ...more] = refused;
  if (first && more.length === 0) throw usage(`${first.name} ${first.refusal.reason}.`, first.refusal.todo);
  if (first) {
    const some = refused.slice(0, 3).map((one) => `${one.name} ${one.refusal.reason}`);
    throw usage(`${file} holds no policy that can be measured: ${some.join('; ')}.`, first.refusal.todo);
  }
  if (policies.length > 0) {
    const names = [...new Set(policies.map((policy) => policy.name))].slice(0, 10).join(', ');
    throw usage(
      `${file} holds no policy ${name === undefined ? 'like the one chosen' : `named ${name}`}.`,
      `It holds ${names}.`,
    );
  }
  if (documents.some(({ isUnreadable }) => isUnreadable))
    throw usage(`${file} is not YAML.`, 'Correct it first.');
  throw usage(
    `${file} holds no Cilium policy and no NetworkPolicy.`,
    'Name a manifest of a CiliumNetworkPolicy, a CiliumClusterwideNetworkPolicy or a NetworkPolicy.',
  );
}

/** A policy of a text that can be measured, with what to find it by again. */
export type MeasurablePolicy = Pick<
  PolicyUnderTest,
  'name' | 'kind' | 'direction' | 'port' | 'namedPort' | 'anyPort' | 'http' | 'line' | 'textHash'
>;

/** Every policy of a text that can be measured, in the order of the text. Never throws for what a text holds. */
export function measurablePolicies(
  text: string,
  { hash = sha256 }: Pick<PolicyOptions, 'hash'> = {},
): readonly MeasurablePolicy[] {
  const patterns = createPatterns();
  const options = { file: '', hash };
  return documentsOf(text)
    .flatMap((document) => findPolicies(document, true).policies)
    .flatMap((found) => {
      try {
        const http = httpUnderTest(found, options, patterns);
        const policy = 'http' in http ? http : l3l4UnderTest(found, options);
        return 'http' in policy ? [policy] : [];
      } catch (error) {
        if (error instanceof Problem) return [];
        throw error;
      }
    });
}

/** What a run leaves out of a policy. */
function leftOutOf({ policy, otherL7 }: Chosen, denied: HttpRequest | null): readonly NotMeasured[] {
  const { name, http, port, namedPort, otherPorts = [] } = policy;
  const notMeasured: NotMeasured[] = [];
  if (http.length === 0)
    notMeasured.push({
      what: 'L7',
      reason:
        otherL7.length === 0
          ? `${name} has no L7 rules`
          : `of L7 rules those for HTTP alone are measured, and ${name} has ${joined(otherL7)} rules`,
    });
  else if (!denied)
    notMeasured.push({
      what: 'a refused request (403)',
      reason: refusesNothing(policy)
        ? `the HTTP rules of ${name} refuse none`
        : `none that ${name} refuses was found, so that its HTTP rules are in force shows only in what is allowed`,
    });
  if (otherPorts.length > 0)
    notMeasured.push({
      what: `${otherPorts.length === 1 && !otherPorts[0]?.includes('-') ? 'port' : 'ports'} ${otherPorts.join(', ')} of ${name}`,
      reason: `a run measures one port of a policy, here ${namedPort ?? port}`,
    });
  return notMeasured;
}

/** A policy of the text with a request that it allows and one that it refuses. Throws what its parts throw. */
export function policyChoice(
  text: string,
  file: string,
  { request, ...options }: Omit<PolicyOptions, 'file'> & { readonly request?: RequestChoice } = {},
): PolicyChoice {
  const patterns = createPatterns();
  const chosen = chosenPolicy(text, { ...options, file }, patterns);
  const { policy, found } = chosen;
  const allowed = allowedRequest(policy, request, patterns);
  const denied = deniedRequest(policy, allowed, patterns);
  // A template is masked before it is read: what stands in its place is not what it says.
  const json = text.includes('{{') ? undefined : found.json();
  const manifest = isRecord(json) ? json : null;
  return { policy, allowed, denied, notMeasured: leftOutOf(chosen, denied), manifest };
}
