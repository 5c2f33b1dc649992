import { Problem } from '../core/problem';
import type { Run } from '../core/result/run';

/** Where the figures of a run go. */
export interface PushDestination {
  /** The whole address, which holds no credential. */
  readonly url: string;
  /** Whether nobody on the way can read what is sent: encrypted, or not leaving this machine. */
  readonly isPrivate: boolean;
}

/** The value of the label `job`. */
const job = 'cilium-bench';

/**
 * A label of the grouping key as part of the path. What is more than a plain word goes as base64, which the Pushgateway takes for
 * any value: a slash would end the part, `..` would be taken for a folder, and an empty one needs a `=`. Source:
 * "URL" in the README of prometheus/pushgateway v1.11.
 */
function keyPart(label: string, value: string): string {
  if (/^[\w-][\w.-]*$/.test(value)) return `${label}/${value}`;
  return `${label}@base64/${Buffer.from(value, 'utf8').toString('base64url') || '='}`;
}

const example = 'Write it like https://pushgateway.example.org:9091.';

/** What is wrong with an address. It is not repeated: it may hold a password. */
function refused(what: string, todo = example): Problem {
  return new Problem('usage', `The address of the Pushgateway ${what}.`, todo);
}

function parsed(address: string): URL {
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    throw refused('is no URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused('is neither http nor https');
  if (url.username !== '' || url.password !== '') {
    throw refused(
      'holds a credential, which others on this machine and logs can see',
      'Take it out: the credential has a place of its own (docs/export.md).',
    );
  }
  if (url.search !== '' || url.hash !== '') throw refused('has a query');
  if (/\/metrics\/job(?:@base64)?(?:\/|$)/.test(url.pathname))
    throw refused('names a group', `Leave out /metrics/job and what follows: the group is made of the run.`);
  return url;
}

/** The place that a credential belongs to: it is sent nowhere else. Throws a usage {@link Problem} for what is no address. */
export function pushOrigin(address: string): string {
  return parsed(address).origin;
}

/**
 * Where a run goes: a group for each target and scenario, so that a newer run takes the place of the one before. Throws a usage
 * {@link Problem} for an address that cannot be pushed to.
 */
export function pushDestination(
  address: string,
  { target, scenario }: Pick<Run, 'target' | 'scenario'>,
): PushDestination {
  const url = parsed(address);
  const group = ['metrics', `job/${job}`, keyPart('target', target.name), keyPart('scenario', scenario)];
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}/${group.join('/')}`,
    isPrivate:
      url.protocol === 'https:' || host === 'localhost' || host === '::1' || /^127(?:\.\d+){3}$/.test(host),
  };
}
