import { iperf3 } from '../../tool/iperf3';
import { isRecord, numberAt } from '../../tool/json';
import { secondsOf, textAt, timeText } from './figures';
import { looseNameOf } from './looseName';
import { streamLoad, streamsText } from './placing';
import type { Place, ResultFormat } from './source';

/** A result of `iperf3 -J`, 3.1 and later. UDP is told apart: what arrives of it is no throughput that TCP could have. */
export const iperf3Format: ResultFormat = {
  id: 'iperf3',
  name: 'iperf3’s JSON',

  detects: ({ json }) =>
    isRecord(json) &&
    isRecord(json['start']) &&
    'end' in json &&
    /^iperf 3/.test(textAt(json['start'], 'version') ?? ''),

  read({ path, text, json }) {
    const leaveOut = (reason: string) => ({ readings: [], leftOut: [{ file: path, reason }] });
    const start = isRecord(json) ? json['start'] : undefined;
    const test = isRecord(start) ? start['test_start'] : undefined;
    if (textAt(test, 'protocol') === 'UDP') return leaveOut('is a test with UDP, and TCP alone is compared');
    const streams = Math.floor(numberAt(test, 'num_streams') ?? 0);
    const { id, label, round } = looseNameOf(path);
    const load = streamLoad('pod', Math.max(1, streams));
    const { values, invalidReasons } = iperf3.parse(load, { stdout: text, stderr: '', exitCode: 0 });
    if (values.throughputBitsPerSecond === undefined)
      return leaveOut(`holds no result: ${invalidReasons[0] ?? 'iperf3 received nothing'}`);
    if (streams < 1) return leaveOut('does not say over how many streams iperf3 sent');
    const place: Place = {
      scenario: 'throughput',
      variant: { id, label: `${label} (${streamsText(streams)})` },
      load,
      loadKnown: false,
      ...(round === undefined ? {} : { round }),
    };
    const begun = numberAt(json, 'start', 'timestamp', 'timesecs');
    return {
      readings: [
        {
          file: path,
          tool: 'iperf3',
          toolVersion: textAt(start, 'version')?.replace(/^iperf /, '') ?? null,
          raw: text,
          places: [place],
          values,
          invalidReasons,
          startedAt: timeText(begun === null ? null : begun * 1000),
          seconds: secondsOf(numberAt(json, 'end', 'sum_received', 'seconds')),
          notes: [],
          notMeasured: [],
        },
      ],
      leftOut: [],
    };
  },
};
