import { isRecord, numberAt, readJson } from '../../tool/json';
import { datagramLoad, datagrams } from '../loads';
import type { Truth } from '../truth';

const percent = 5;

export const lossTruth: Truth = {
  id: 'loss-5pc',
  title: 'a wire that loses 5 % of its packets',
  unit: '%',
  needs: ['nft'],
  injection: { kind: 'loss', share: percent / 100 },
  load: datagramLoad,
  // Slow enough that no buffer runs over: what is lost is lost by the rule.
  tool: datagrams(8e6),
  path: '/',
  seconds: 1,
  read: ({ raw }) => {
    const output = readJson(raw.stdout);
    const value = isRecord(output) ? numberAt(output, 'end', 'sum', 'lost_percent') : null;
    return value === null ? null : { value, resolution: [value, value] };
  },
  expected: () => [percent, percent],
  source: 'nft(8), numgen random mod 1000: a packet is dropped where the number drawn for it is below 50.',
};
