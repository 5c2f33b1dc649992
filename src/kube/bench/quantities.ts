/** Kubernetes quantities, as far as CPU and memory need them (kubernetes.io, "Quantity"). */

const binary: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const decimal: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/** A quantity in cores or bytes; null for what is none. */
export function quantityOf(text: string | null): number | null {
  const match = /^(\d+(?:\.\d*)?|\.\d+)(?:([eE]\d+)|([A-Za-z]{0,2}))?$/.exec(text?.trim() ?? '');
  if (match === null) return null;
  const [, digits = '', exponent = '', unit = ''] = match;
  const factor = binary[unit] ?? decimal[unit];
  const number = Number(`${digits}${exponent}`);
  return factor === undefined || !Number.isFinite(number) ? null : number * factor;
}
