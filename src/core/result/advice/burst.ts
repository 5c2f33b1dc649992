/** Instance types whose CPU runs on credit or is shared: what they deliver falls once the credit is used up. */

interface BurstFamily {
  readonly family: string;
  readonly type: RegExp;
}

/**
 * By name, as the vendors' documentation has them: AWS, "Burstable performance instances" (T2, T3, T3a, T4g); Azure, "B-series";
 * Google Cloud, "Shared-core machine types" (e2-micro, e2-small, e2-medium, f1-micro, g1-small); Alibaba Cloud, "Burstable
 * instance families" (t5, t6, e).
 */
const families: readonly BurstFamily[] = [
  { family: 'AWS T, burstable', type: /^t(?:2|3|3a|4g)\.\w+$/i },
  { family: 'Azure B, burstable', type: /^(?:Standard|Basic)_B\d+\w*$/i },
  { family: 'Google Cloud, shared core', type: /^(?:e2-(?:micro|small|medium)|f1-micro|g1-small)$/i },
  { family: 'Alibaba Cloud, burstable', type: /^ecs\.(?:t5|t6|e)-\w+\.\w+$/i },
];

/** The family of a burstable instance type; null for any other. */
export function burstFamilyOf(type: string): string | null {
  return families.find((one) => one.type.test(type.trim()))?.family ?? null;
}
