import { articleContextFormat } from './articleContext';
import { articleSummaryFormat } from './articleSummary';
import { articleTopFormat } from './articleTop';
import { bpfMapsFormat } from './bpfMaps';
import { ciliumPerfFormat } from './ciliumPerf';
import { fortioFormat } from './fortio';
import { iperf3Format } from './iperf3';
import { k8sNetperfCsvFormat, k8sNetperfFormat } from './k8sNetperf';
import { netperfFormat } from './netperf';
import type { ResultFormat } from './source';

/** Every format that results of others are read from. A new one is a file here and a line below. */
export const resultFormats: readonly ResultFormat[] = [
  articleSummaryFormat,
  articleContextFormat,
  articleTopFormat,
  fortioFormat,
  iperf3Format,
  ciliumPerfFormat,
  k8sNetperfFormat,
  k8sNetperfCsvFormat,
  netperfFormat,
  bpfMapsFormat,
];
