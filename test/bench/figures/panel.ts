import { browserIsThere, bundle as bundleWebview, openPanel, startBrowser } from '../../unit/webview/browser';
import type { ChartModel, PanelModel } from '../../../src/core/result/panelModel';
import { seededNumbers } from '../../../src/core/plan/shuffle';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { panelModelOf } from '../../../src/core/words/panelModelOf';
import { overheadValues, runOf } from '../../unit/words/runs';
import { CannotMeasure, type Figure } from '../figure';

const oneRun = panelModelOf(runOf(policyOverhead, overheadValues));
const openings = 7;
const openLimitMs = 300;
const runs = 20;
const pointsOfRun = 5_000;
const leastFrames = 50;
/** Windows of a second: of several the best counts, since whatever else the machine does only takes frames away. */
const windows = 6;

/** 20 runs with 5,000 points each, as a metric over time. */
function manyPoints(): PanelModel {
  const random = seededNumbers(7);
  const series = Array.from({ length: runs }, (_, run) => ({
    label: `Run ${run + 1}`,
    points: Array.from({ length: pointsOfRun }, (_unused, place) => {
      const value = 20_000 + 500 * run + 2_000 * random();
      const id = `r${run}-${place}`;
      return { label: id, value, low: null, high: null, place, samples: [{ id, value, valid: true }] };
    }),
  }));
  const chart: ChartModel = {
    id: 'rps',
    title: 'Requests a second',
    kind: 'lines',
    unit: 'requests/s',
    scale: 'linear',
    categories: [],
    categoryTitle: 'seconds',
    series,
    summary: 'As many points as a chart is made for.',
  };
  return { ...oneRun, charts: [chart] };
}

/** Moves the pointer over the chart in each frame of a second, and scrolls now and then; gives the frames drawn. */
const framesOfASecond = `(async () => {
  const canvas = document.querySelector('canvas');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  let frames = 0;
  const start = performance.now();
  while (performance.now() - start < 1000) {
    const at = (frames % 100) / 100;
    const point = { clientX: left + width * at, clientY: top + height * (0.3 + 0.4 * at), bubbles: true };
    canvas.dispatchEvent(new MouseEvent('mousemove', point));
    if (frames % 25 === 12) window.scrollBy(0, frames % 50 === 12 ? 40 : -40);
    await new Promise(requestAnimationFrame);
    frames += 1;
  }
  return { count: frames, perSecond: (frames * 1000) / (performance.now() - start) };
})()`;

export const panel: Figure = {
  name: 'panel',
  async measure(say) {
    if (!browserIsThere) throw new CannotMeasure('there is no Chromium at /usr/bin/chromium or $CHROMIUM');
    const [browser, bundles] = await Promise.all([startBrowser(), bundleWebview()]);
    try {
      const answered: number[] = [];
      const charted: number[] = [];
      for (let opening = 0; opening < openings; opening += 1) {
        const { page, painted } = await openPanel(browser, bundles, { showAtOnce: oneRun });
        const { answer, chart } = await painted();
        answered.push(answer);
        charted.push(chart);
        await page.close();
      }
      say(`the answer stood after ${answered.map((ms) => ms.toFixed(0)).join(', ')} ms`);
      say(`the first chart was drawn after ${charted.map((ms) => ms.toFixed(0)).join(', ')} ms`);
      const { page, send } = await openPanel(browser, bundles);
      await send({ type: 'show', model: manyPoints() });
      const clock = await page.context().newCDPSession(page);
      await clock.send('Performance.enable', { timeDomain: 'threadTicks' });
      const cpuSeconds = async (): Promise<number> => {
        const { metrics } = await clock.send('Performance.getMetrics');
        return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
      };
      const frames: number[] = [];
      const cpuMs: number[] = [];
      for (let window = 0; window < windows; window += 1) {
        const before = await cpuSeconds();
        const { count, perSecond } = await page.evaluate<{ count: number; perSecond: number }>(
          framesOfASecond,
        );
        cpuMs.push(((await cpuSeconds()) - before) * (1000 / count));
        frames.push(perSecond);
      }
      say(`CPU of the page’s thread, ms a frame: ${cpuMs.map((each) => each.toFixed(1)).join(', ')}`);
      say(`frames a second ${frames.map((each) => each.toFixed(0)).join(', ')}`);
      return [
        {
          name: `the panel opens with the answer of a run, best of ${openings}`,
          value: Math.min(...answered),
          unit: 'ms',
          beside: openLimitMs,
          besideWhat: 'limit',
          ratio: { atMost: 1 },
        },
        {
          name: `the panel has drawn the charts of a run, best of ${openings}`,
          value: Math.min(...charted),
          unit: 'ms',
          beside: openLimitMs,
          besideWhat: 'limit',
          ratio: { atMost: 1 },
        },
        {
          name: `frames a second over ${runs} runs with ${runs * pointsOfRun} points, best of ${windows}`,
          value: Math.max(...frames),
          unit: '/s',
          beside: leastFrames,
          besideWhat: 'limit',
          ratio: { atLeast: 1 },
        },
        {
          name: `CPU of the page’s thread for such a frame, best of ${windows}`,
          value: Math.min(...cpuMs),
          unit: 'ms',
          beside: 1000 / leastFrames,
          besideWhat: 'limit',
          ratio: { atMost: 1 },
        },
      ];
    } finally {
      await browser.close();
    }
  },
};
