import type { BpfMapsLoad } from '../../scenario/scenario';
import { bpftool } from '../../tool/bpftool';
import { isRecord } from '../../tool/json';
import type { ResultFormat } from './source';

const load: BpfMapsLoad = { kind: 'bpf-maps', id: 'maps', via: 'pod', metrics: ['bpfMemoryBytes'] };

/** `bpftool map show` in JSON, of one node. */
export const bpfMapsFormat: ResultFormat = {
  id: 'bpftool-maps',
  name: 'bpftool’s list of maps',

  detects: ({ json }) => {
    const first: unknown = Array.isArray(json) ? json[0] : undefined;
    return isRecord(first) && 'max_entries' in first && 'bytes_key' in first;
  },

  read({ path, text, json }) {
    const { values, parts, invalidReasons } = bpftool.parse(load, {
      stdout: JSON.stringify({ node: 'the node', maps: json }),
      stderr: '',
      exitCode: 0,
    });
    const [reason] = invalidReasons;
    if (reason !== undefined)
      return { readings: [], leftOut: [{ file: path, reason: `was left out: ${reason}` }] };
    return {
      readings: [
        {
          file: path,
          tool: 'bpftool',
          toolVersion: null,
          raw: text,
          places: [
            { scenario: 'bpf-memory', variant: { id: 'as-found', label: 'as found' }, load, loadKnown: true },
          ],
          values,
          ...(parts ? { parts } : {}),
          invalidReasons: [],
          startedAt: null,
          seconds: null,
          notes: ['The maps are those of one node.'],
          notMeasured: [],
        },
      ],
      leftOut: [],
    };
  },
};
