import type { MetricName } from '../result/metrics';

/** U+2009, between groups of thousands and before a unit. */
export const thinSpace = '\u2009';
/** U+2212, as wide as a plus. */
export const minus = '\u2212';

/** A number with thin spaces between thousands, a real minus and this many decimals. */
export function grouped(value: number, decimals = 0): string {
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '', fraction] = fixed.split('.');
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, thinSpace);
  const sign = value < 0 && Number(fixed) !== 0 ? minus : '';
  return `${sign}${groups}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Decimals that leave `digits` significant digits of a value; none once the value is that large. */
function decimalsFor(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  return Math.min(6, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
}

/**
 * Decimals that an interval of this half-width supports: its own first two digits, and never fewer than whole numbers. A
 * figure that is uncertain by 7 has no decimals; one uncertain by 0.07 has three.
 */
function decimalsByInterval(halfWidth: number): number {
  return halfWidth > 0 && Number.isFinite(halfWidth) ? decimalsFor(halfWidth, 2) : 6;
}

/** Short and honest: three significant digits, whole numbers above 100, and no more digits than the interval supports. */
export function shortNumber(value: number, interval: readonly [number, number] | null = null): string {
  const decimals = decimalsFor(value, 3);
  const supported = interval === null ? decimals : decimalsByInterval((interval[1] - interval[0]) / 2);
  return grouped(value, Math.min(decimals, supported));
}

/** A unit to show a metric in, and what its stored value is divided by. */
interface ShownUnit {
  readonly unit: string;
  readonly divisor: number;
}

const steps: Readonly<Partial<Record<MetricName, readonly ShownUnit[]>>> = {
  throughputBitsPerSecond: [
    { unit: 'Gbit/s', divisor: 1e9 },
    { unit: 'Mbit/s', divisor: 1e6 },
    { unit: 'kbit/s', divisor: 1e3 },
    { unit: 'bit/s', divisor: 1 },
  ],
  latencyP50Us: latencyUnits(),
  latencyP90Us: latencyUnits(),
  latencyP99Us: latencyUnits(),
  cpuUsPerRequest: latencyUnits(),
  programmingSeconds: secondUnits(),
  reachableSeconds: secondUnits(),
  componentCpuCores: [
    { unit: 'cores', divisor: 1 },
    { unit: 'millicores', divisor: 1e-3 },
  ],
  componentMemoryBytes: byteUnits(),
  bpfMemoryBytes: byteUnits(),
};

function latencyUnits(): readonly ShownUnit[] {
  return [
    { unit: 's', divisor: 1e6 },
    { unit: 'ms', divisor: 1e3 },
    { unit: 'µs', divisor: 1 },
  ];
}

function byteUnits(): readonly ShownUnit[] {
  return [
    { unit: 'GiB', divisor: 2 ** 30 },
    { unit: 'MiB', divisor: 2 ** 20 },
    { unit: 'KiB', divisor: 2 ** 10 },
    { unit: 'bytes', divisor: 1 },
  ];
}

function secondUnits(): readonly ShownUnit[] {
  return [
    { unit: 's', divisor: 1 },
    { unit: 'ms', divisor: 1e-3 },
  ];
}

/**
 * The unit that a group of values of one metric is shown in: the largest in which the largest of them is at least 1.
 * Milliseconds start at 10 ms: below it, latencies stay in µs, which is what they are compared in.
 */
export function shownUnit(metric: MetricName, values: readonly number[]): ShownUnit {
  const units = steps[metric];
  if (!units) return { unit: metric === 'rps' ? '/s' : '', divisor: 1 };
  const largest = Math.max(0, ...values.map(Math.abs));
  const isTime = metric.startsWith('latency') || metric === 'cpuUsPerRequest';
  const fits = units.find(({ unit, divisor }) => largest >= divisor * (isTime && unit === 'ms' ? 10 : 1));
  const last = units[units.length - 1];
  return fits ?? last ?? { unit: '', divisor: 1 };
}

/**
 * A value of a metric with its unit, e.g. `21 890/s`, `137 µs`, `10.4 Gbit/s`. The unit is chosen by `beside`, the values
 * that it stands among, so that a column has one unit.
 */
export function quantity(
  metric: MetricName,
  value: number,
  interval: readonly [number, number] | null = null,
  beside: readonly number[] = [value],
): string {
  const { unit, divisor } = shownUnit(metric, beside);
  const scaled: readonly [number, number] | null =
    interval === null ? null : [interval[0] / divisor, interval[1] / divisor];
  const text = shortNumber(value / divisor, scaled);
  return unit.startsWith('/') ? `${text}${unit}` : `${text}${thinSpace}${unit}`;
}

function percentDecimals(size: number): number {
  return size < 9.95 && Math.abs(size - Math.round(size)) >= 0.05 ? 1 : 0;
}

/** A share or size in percent without a sign: whole from 10 up, one decimal below. */
export function percentSize(percent: number): string {
  const size = Math.abs(percent);
  return `${grouped(size, percentDecimals(size))}${thinSpace}%`;
}

/** Above it, a size in percent stops telling anything: a change is said as a factor, an uncertainty as `over 100 %`. */
export const tellingPercent = 100;

/** What noise or an uncertainty amounts to: as {@link percentSize}, and `over 100 %` where more digits would be absurd. */
export function bandSize(percent: number): string {
  return percent > tellingPercent ? `over ${percentSize(tellingPercent)}` : percentSize(percent);
}

/** A factor: `×2.9`; one decimal below 10. */
export function factor(percent: number): string {
  const times = 1 + percent / 100;
  return `×${grouped(times, times < 9.95 ? 1 : 0)}`;
}

/** An interval that reaches a whole percent to either side leaves a change no decimals. */
function isCoarse(ci95: readonly [number, number] | null): boolean {
  return ci95 !== null && ci95[1] - ci95[0] >= 2;
}

/** How many decimals of a change in percent are said. */
export function changeDecimals(percent: number, ci95: readonly [number, number] | null): number {
  if (ci95 === null) return percentDecimals(Math.abs(percent));
  return isCoarse(ci95) ? 0 : 1;
}

/**
 * A change in percent with its sign, with no more digits than its interval supports; a rise above 100 % is a factor:
 * `−67 %`, `+8 %`, `×2.9`.
 */
export function change(percent: number, ci95: readonly [number, number] | null = null): string {
  if (percent > tellingPercent) return factor(percent);
  const size = `${grouped(Math.abs(percent), changeDecimals(percent, ci95))}${thinSpace}%`;
  if (Number.parseFloat(size) === 0) return size;
  return `${percent < 0 ? minus : '+'}${size}`;
}

/** ×100: beyond it an interval's end says only that it is far away, as where two rounds differ much. */
export const farthestPercent = 9900;

function factorUpTo(percent: number): string {
  return percent > farthestPercent ? `over ${factor(farthestPercent)}` : factor(percent);
}

/**
 * Both ends of an interval of a change, e.g. `−12 to −6`, `6 to 10`, `×2.7 to ×3.1`: alike and without `%`. Where it reaches
 * from a fall to more than a doubling, the ends are `−81 % to ×3.3`.
 */
export function changeRange(ci95: readonly [number, number]): string {
  const [low, high] = ci95;
  if (high > tellingPercent) return `${low > 0 ? factor(low) : change(low, ci95)} to ${factorUpTo(high)}`;
  const decimals = isCoarse(ci95) ? 0 : 1;
  return `${grouped(low, decimals)} to ${grouped(high, decimals)}`;
}

/** As far to both sides: `± 3 %`, `over ± 100 %`. */
export function eitherWay(percent: number): string {
  return percent > tellingPercent ? `over ± ${percentSize(tellingPercent)}` : `± ${percentSize(percent)}`;
}

/** Half the width of an interval against its middle, e.g. `± 3 %`. */
export function plusMinus(interval: readonly [number, number]): string {
  const middle = (interval[0] + interval[1]) / 2;
  return eitherWay((100 * (interval[1] - interval[0])) / 2 / middle);
}

/** `1 round`, `3 rounds`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
