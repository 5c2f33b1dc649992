import type { FindingCode } from '../finding';
import { addProtocol } from './addProtocol';
import { dropAnnotation } from './dropAnnotation';
import { dropEmptyRules } from './dropEmptyRules';
import { dropDeniedRules, dropVisibility, replaceByL4 } from './dropL7Rules';
import { escapeDots } from './escapeDots';
import type { Fixer } from './fix';
import { mergeRepeated } from './mergeRepeated';
import { narrowSelector } from './narrowSelector';
import { ownPortEntry } from './ownPortEntry';
import { removeShadowing } from './removeShadowing';
import { rightCase } from './rightCase';
import { waypointTarget } from './waypointTarget';

/** What mends a finding of each code, the best way first. A code that is not here has no fix. */
export const fixers: Readonly<Partial<Record<FindingCode, readonly Fixer[]>>> = {
  'l7-http': [ownPortEntry, replaceByL4],
  'l7-http-visibility': [dropVisibility, ownPortEntry],
  'l7-kafka': [replaceByL4],
  'l7-proto': [replaceByL4],
  'l7-empty': [dropEmptyRules],
  'l7-shadowed': [removeShadowing, replaceByL4],
  'l7-pruned': [dropDeniedRules],
  'l7-regex-cost': [mergeRepeated, escapeDots],
  'l7-wide-selector': [narrowSelector],
  'l7-rejected': [addProtocol],
  'schema-refused': [rightCase],
  'annotation-dead': [dropAnnotation],
  'istio-l7-no-target': [waypointTarget],
};
