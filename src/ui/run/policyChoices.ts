import type { PolicyChoice } from '../../core/plan/makePlan';

/** The policies of a manifest that can be measured. The analysis is loaded when this is first called. */
export async function policyChoices(text: string, file: string): Promise<readonly PolicyChoice[]> {
  const { policyChoice } = await import('../../core/policy/main');
  return [policyChoice(text, file)];
}
