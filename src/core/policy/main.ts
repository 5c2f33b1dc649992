/** The entry of the policy analysis, loaded when first needed: it brings the YAML parser along. */
export { analyse, type AnalyseOptions } from './analyse';
export { policyChoice, policyUnderTest, type PolicyOptions } from './policyChoice';
export { allowedRequest, deniedRequest, matches } from './requests';
