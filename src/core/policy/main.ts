/** The entry of the policy analysis, loaded when first needed: it brings the YAML parser and RE2 along. */
export { analyse, createAnalysisCache, type AnalysisCache } from './analyse';
export { withoutIgnored } from './ignoreComments';
export { policyChoice, policyUnderTest } from './policyChoice';
export { matches } from './requests';
export { readAnalysisSettings } from './readAnalysisSettings';
