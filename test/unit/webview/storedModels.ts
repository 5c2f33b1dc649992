/** Models of runs as the extension makes them, with the distribution read: what is drawn is what was measured. */
import { latencyDistributions } from '../../../src/core/result/latencyDistribution';
import type { ChartModel, PanelModel } from '../../../src/core/result/panelModel';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { distributionChart, pendingDistribution } from '../../../src/core/words/distributionChart';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { storedBuckets, storedRun } from '../result/storedRun';
import { runOf, scaleValues } from '../words/runs';

function distribution(): ChartModel {
  const chart = distributionChart(storedRun, latencyDistributions(storedRun, storedBuckets));
  if (chart === null) throw new Error('the stored run has latencies');
  return chart;
}

export const storedDistribution = distribution();

const plain = panelModelOf(storedRun, undefined, 'UTC');
const after = plain.charts.findIndex(({ id }) => id === 'latency') + 1;
const withChart = (chart: ChartModel | null): PanelModel => ({
  ...plain,
  charts: chart === null ? plain.charts : plain.charts.toSpliced(after, 0, chart),
});

/** A run that was measured on the local lab. */
export const storedModel = withChart(storedDistribution);
/** The same before its raw output is read. */
export const pendingModel = withChart(pendingDistribution(storedRun, 12));
/** Two curves that cross. */
export const crossingModel = panelModelOf(runOf(serviceScale, scaleValues), undefined, 'UTC');
