/** From a chart's model to the configuration of chart.js. Nothing here touches the page, so it is tested as data. */
import type { ChartConfiguration, ChartDataset, TooltipItem } from 'chart.js';
import type { ChartModel, ChartSeries } from '../src/core/result/panelModel';
import { otherAxis, valueAxis } from './axes';
import { isFlat, spotOf, type Spot } from './geometry';
import { colourAt, colourLabel, dashOf, shapeOf, type Paint } from './paint';
import { pointParts, pointTitle } from './pointText';

export type BenchConfiguration = ChartConfiguration<'bar' | 'scatter', (number | null | Spot)[], string>;
type Dataset = ChartDataset<'bar' | 'scatter', (number | null | Spot)[]>;

/** Above so many marks on a line, the line alone is drawn: dots would hide it, and each another. */
const mostDotsOnLine = 60;

function barDataset(model: ChartModel, series: ChartSeries, outline: string[], width: number): Dataset {
  return {
    type: 'bar',
    label: series.label,
    data: model.categories.map((_, category) => series.points[category]?.value ?? null),
    borderColor: outline,
    borderWidth: width,
    borderSkipped: false,
    // The overlay fills and hatches them.
    backgroundColor: 'transparent',
    maxBarThickness: model.isLying === true ? 22 : 56,
    categoryPercentage: 0.78,
    barPercentage: 0.86,
  };
}

function dataset(model: ChartModel, series: ChartSeries, seriesIndex: number, paint: Paint): Dataset {
  const isLine = model.kind === 'lines' || model.kind === 'distribution';
  const places = (isLine ? [0] : model.categories).map((_, category) =>
    paint.colourOf(colourLabel(model, series, category)),
  );
  const outline = places.map((place) => colourAt(paint, place));
  const hollow = paint.running || paint.look.highContrast;
  const width = paint.look.highContrast ? 2 : 1.5;
  if (model.kind === 'bars') return barDataset(model, series, outline, width);
  const place = places[0] ?? 0;
  const colour = outline[0] ?? paint.look.foreground;
  const hasDots = !isLine || (model.kind === 'lines' && series.points.length <= mostDotsOnLine);
  return {
    type: 'scatter',
    label: series.label,
    data: series.points.map((_, index) => spotOf(model, seriesIndex, index)),
    borderColor: isLine ? colour : outline,
    pointBackgroundColor: hollow ? paint.look.background : isLine ? colour : outline,
    pointBorderColor: isLine ? colour : outline,
    pointBorderWidth: width,
    pointRadius: !hasDots ? 0 : isLine ? 3.5 : 5,
    pointHoverRadius: 6,
    pointHitRadius: 4,
    pointStyle: isLine ? shapeOf(place) : places.map(shapeOf),
    clip: 12,
    showLine: isLine,
    ...(isLine ? { borderWidth: 2, borderDash: dashOf(place), spanGaps: true } : {}),
  };
}

/** The whole configuration of one chart. Intervals, samples and bands are drawn over it by the plugins given. */
export function chartConfig(model: ChartModel, paint: Paint): BenchConfiguration {
  const { look } = paint;
  const value = valueAxis(model, look, paint.showsSamples);
  const other = otherAxis(model, look);
  const font = { family: look.fontFamily, size: look.fontSize };
  const flat = isFlat(model);
  return {
    type: model.kind === 'bars' ? 'bar' : 'scatter',
    data: {
      labels: [...model.categories],
      datasets: model.series.map((one, index) => dataset(model, one, index, paint)),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      ...(model.isLying === true ? { indexAxis: 'y' as const } : {}),
      devicePixelRatio: paint.pixelRatio,
      layout: {
        padding: {
          // Room for what is written over the marks, and at the end of bars that lie.
          top: model.kind === 'effects' || (model.marks ?? []).length > 0 ? 20 : 4,
          right: model.isLying === true ? 44 : flat ? 16 : 4,
        },
      },
      interaction: { mode: 'nearest', intersect: false },
      scales: flat ? { x: value, y: other } : { x: other, y: value },
      plugins: {
        tooltip: {
          backgroundColor: look.background,
          borderColor: look.muted,
          borderWidth: 1,
          titleColor: look.foreground,
          bodyColor: look.foreground,
          footerColor: look.muted,
          titleFont: { ...font, weight: 'bold' },
          bodyFont: font,
          footerFont: { ...font, weight: 'normal' },
          displayColors: false,
          callbacks: {
            title: (items) =>
              items.map((item) => pointTitle(model, item.datasetIndex, item.dataIndex)).slice(0, 1),
            label: (item: TooltipItem<'bar' | 'scatter'>) => {
              const point = model.series[item.datasetIndex]?.points[item.dataIndex];
              // A line each: a tip in one line would be wider than the chart.
              return point === undefined ? '' : [...pointParts(model, point)];
            },
            footer: ([item]) => {
              const point = item && model.series[item.datasetIndex]?.points[item.dataIndex];
              return point ? paint.hintOf(point) : '';
            },
          },
        },
      },
    },
  };
}
