/** Where the figures of the article's script belong: by its own names of settings, in its folder and in its summary. */
import type { PolicyLevel, Via } from '../../scenario/scenario';
import { viaLabels } from '../../scenario/wires';
import { grouped } from '../../words/numbers';
import {
  capacityLoad,
  rateLoad,
  streamLoad,
  streamsText,
  transactionLabels,
  transactionLoad,
  wayLabel,
} from './placing';
import type { Place } from './source';

/** What the script sends HTTP with, wherever it does not say otherwise. */
const connections = 64;

function throughputPlace(via: 'pod' | 'service', streams: number): Place {
  return {
    scenario: 'throughput',
    variant: {
      id: `${via}-${streams}`,
      label: wayLabel(via, streamsText(streams)),
      ...(via === 'pod' ? {} : { baseline: `pod-${streams}` }),
    },
    load: streamLoad(via, streams),
    loadKnown: true,
  };
}

/** What the script calls node level: its client is a pod all the same, and only the server is on the network of its host. */
function podToHostPlace(streams: number): Place {
  return {
    scenario: 'throughput',
    variant: {
      id: `pod-to-host-${streams}`,
      label: `from a pod to a host’s network, ${streamsText(streams)}`,
    },
    load: streamLoad('pod', streams),
    loadKnown: false,
  };
}

function capacityPlace(via: Via, id: 'c64' | 'c256' | 'short'): Place {
  const count = id === 'c256' ? 256 : connections;
  const what = id === 'short' ? `a connection a request, ${count} at a time` : `${count} kept connections`;
  return {
    scenario: 'rps',
    variant: {
      id: `${via}-${id}`,
      label: wayLabel(via, what),
      ...(via === 'pod' ? {} : { baseline: `pod-${id}` }),
    },
    load: capacityLoad(count, via, id !== 'short'),
    loadKnown: true,
  };
}

/** netperf goes to the address of the pod. */
export function transactionPlace(test: 'rr' | 'crr'): Place {
  return {
    scenario: 'latency',
    variant: { id: `${test}-pod`, label: `${transactionLabels[test]}, ${viaLabels.pod}` },
    load: transactionLoad(test, 'pod'),
    loadKnown: true,
  };
}

/** HTTP at a fixed rate goes to the address of the Service. */
export function httpRatePlace(rate: number): Place {
  return {
    scenario: 'latency',
    variant: { id: 'http-service', label: `HTTP at ${grouped(rate)}/s, ${viaLabels.service}` },
    load: rateLoad(rate, 16, 'service'),
    loadKnown: true,
  };
}

/** HTTP through the Service while `count` others are there. Short and kept connections are two runs. */
export function scalePlace(kind: 'kept' | 'short', count: number): Place {
  return {
    scenario: 'service-scale',
    parameter: {
      name: 'connections',
      value: kind,
      words: kind === 'kept' ? 'kept connections' : 'a connection a request',
    },
    variant: {
      id: `cluster-${count}`,
      label: `${grouped(count)} Services`,
      point: { series: 'cluster', axis: 'Services', x: count },
      ...(count === 0 ? {} : { baseline: 'cluster-0' }),
    },
    load: capacityLoad(connections, 'service', kind === 'kept'),
    loadKnown: true,
  };
}

/** netperf to the pod beside them: new connections stand with the short ones, round trips with the kept ones. */
export function scaleTransactionPlace(test: 'rr' | 'crr', count: number): Place {
  const load = transactionLoad(test, 'pod');
  return {
    ...scalePlace(test === 'crr' ? 'short' : 'kept', count),
    load: { ...load, metrics: load.metrics.filter((metric) => metric !== 'rps') },
  };
}

const policyLabels: Readonly<Record<PolicyLevel, string>> = {
  none: 'no policy',
  l3l4: 'L3/L4',
  l7: 'L7 through Envoy',
};

export function policyPlace(level: PolicyLevel): Place {
  return {
    scenario: 'policy-overhead',
    variant: { id: level, label: policyLabels[level], ...(level === 'none' ? {} : { baseline: 'none' }) },
    load: capacityLoad(connections, 'service', true),
    loadKnown: true,
  };
}

/** The script's switch for Hubble does nothing, so both of its measurements are of one setting. */
export function hubblePlace(called: 'on' | 'off'): Place {
  return {
    scenario: 'aa',
    variant:
      called === 'on'
        ? { id: 'a', label: 'A (called Hubble on)' }
        : { id: 'a-again', label: 'A again (called Hubble off)', baseline: 'a' },
    load: capacityLoad(connections, 'service', true),
    loadKnown: true,
  };
}

/** The places of a name of the summary's throughput, such as `pod2pod_8stream`; none for others. */
export function throughputPlaces(name: string): readonly Place[] {
  const [, way, streams] = /^(node_level|pod2pod|via_service)_(single|\d{1,4}stream)$/.exec(name) ?? [];
  if (way === undefined || streams === undefined) return [];
  const count = streams === 'single' ? 1 : Number.parseInt(streams, 10);
  if (way === 'node_level') return [podToHostPlace(count)];
  return [throughputPlace(way === 'pod2pod' ? 'pod' : 'service', count)];
}

/** The same for requests a second. What goes through the Service before any other is there, is a curve's beginning too. */
export function capacityPlaces(name: string): readonly Place[] {
  switch (name) {
    case 'pod2pod_c64':
      return [capacityPlace('pod', 'c64')];
    case 'svc_c64':
      return [capacityPlace('service', 'c64'), scalePlace('kept', 0)];
    case 'svc_c256':
      return [capacityPlace('service', 'c256')];
    case 'svc_short_c64':
      return [capacityPlace('service', 'short'), scalePlace('short', 0)];
    default:
      return [];
  }
}

/** Names of files below the folder, without round and ending. The older names had 1,000 Services and no number. */
function placesOfName(folder: string, name: string): readonly Place[] {
  if (folder === 'throughput')
    return throughputPlaces(name === 'node_throughput' ? 'node_level_8stream' : name);
  if (folder === 'rps') return capacityPlaces(name);
  if (folder === 'latency') {
    if (name === 'tcp_rr') return [transactionPlace('rr'), scaleTransactionPlace('rr', 0)];
    if (name === 'tcp_crr') return [transactionPlace('crr'), scaleTransactionPlace('crr', 0)];
    return name === 'http_1k_qps' ? [httpRatePlace(1000)] : [];
  }
  if (folder === 'service-scale') {
    if (name === 'svc_1k_svc') return [scalePlace('kept', 1000)];
    if (name === 'short_conn_1k_svc') return [scalePlace('short', 1000)];
    const [, what, count] = /^(ka|short|rr|crr)_at_(\d{1,7})svc$/.exec(name) ?? [];
    if (what === 'ka') return [scalePlace('kept', Number(count))];
    if (what === 'short') return [scalePlace('short', Number(count))];
    return what === 'rr' || what === 'crr' ? [scaleTransactionPlace(what, Number(count))] : [];
  }
  if (folder === 'hubble')
    return name === 'hubble_on' || name === 'hubble_off'
      ? [hubblePlace(name === 'hubble_on' ? 'on' : 'off')]
      : [];
  if (folder === 'networkpolicy') {
    const level = /^(no|l3l4|l7)_policy$/.exec(name)?.[1];
    return level === undefined ? [] : [policyPlace(level === 'no' ? 'none' : level === 'l7' ? 'l7' : 'l3l4')];
  }
  return [];
}

/** The places of a file of the folder, its path relative to it; none where the script writes no such file. */
export function articlePlaces(path: string): readonly Place[] {
  const [folder, file, ...more] = path.split('/');
  if (folder === undefined || file === undefined || more.length > 0) return [];
  const [, name = '', round] = /^(.+?)(?:_r(\d{1,3}))?\.(?:json|txt)$/.exec(file) ?? [];
  return placesOfName(folder, name).map((place) => ({ ...place, round: Math.max(1, Number(round ?? 1)) }));
}
