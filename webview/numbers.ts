const thinSpace = '\u2009';
const minus = '\u2212';

function grouped(text: string): string {
  const [whole = '', fraction] = text.replace('-', '').split('.');
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, thinSpace);
  return `${text.startsWith('-') ? minus : ''}${groups}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A number as short as it stays honest beside a mark of a chart: about three digits below 1,000, whole above. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return grouped(Number(value.toFixed(decimals)).toString());
}

/** A tick of an axis: exact, without the tail that binary fractions leave. */
export function tickNumber(value: number): string {
  const exact = Number(value.toPrecision(8));
  return Math.abs(exact) < 1e-6 && exact !== 0 ? exact.toExponential() : grouped(exact.toString());
}

/** A change in percent with its sign, which is a real minus; more than a doubling reads better as a factor. */
export function changeInPercent(value: number): string {
  if (value > 100) return `×${shortNumber(Number((1 + value / 100).toPrecision(2)))}`;
  return `${value > 0 ? '+' : ''}${shortNumber(value)}${thinSpace}%`;
}
