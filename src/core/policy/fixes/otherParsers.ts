import { isMap, isScalar, isSeq } from 'yaml';
import { itemBelow, keysOf, pairOf, type Chain } from './locate';

const itemsOf = (node: unknown): readonly unknown[] => (isSeq(node) ? node.items : []);

/** What an entry of `toPorts` hands its traffic to: the keys of its `rules`, and a listener. */
const parsersOf = (entry: unknown): readonly string[] => [
  ...keysOf(pairOf(entry, 'rules')?.value),
  ...keysOf(entry).filter((key) => key === 'listener'),
];

/** The numbers of an entry's ports; undefined where one is a name, a range or stands for every port. */
function numbersOf(entry: unknown): ReadonlySet<number> | undefined {
  const numbers = itemsOf(pairOf(entry, 'ports')?.value).map((port) => {
    const value = pairOf(port, 'port')?.value;
    const number = isScalar(value) && pairOf(port, 'endPort') === undefined ? Number(value.value) : 0;
    return Number.isInteger(number) ? number : 0;
  });
  return numbers.length === 0 || numbers.includes(0) ? undefined : new Set(numbers);
}

function mayMeet(one: unknown, other: unknown): boolean {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  return !a || !b || [...a].some((number) => b.has(number));
}

/**
 * Whether another entry of the direction hands the same port to another proxy, as far as ports can tell. Of several redirects one
 * wins: without rules of the one, traffic that it took in would go to the other, which may refuse it.
 */
export function meetsOtherParser(chain: Chain): boolean {
  const entry = itemBelow(chain, ['toPorts'])?.value;
  const rules = itemBelow(chain, ['ingress', 'egress'])?.seq;
  const own = new Set(parsersOf(entry));
  return itemsOf(rules)
    .flatMap((rule) => itemsOf(pairOf(rule, 'toPorts')?.value))
    .some(
      (other) =>
        other !== entry &&
        isMap(other) &&
        parsersOf(other).some((parser) => !own.has(parser)) &&
        mayMeet(entry, other),
    );
}
