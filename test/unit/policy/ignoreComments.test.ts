import { expect, it } from 'vitest';
import { analyse } from '../../../src/core/policy/analyse';
import { withoutIgnored } from '../../../src/core/policy/ignoreComments';

const policy = (before: string, above: string, beside: string): string => `${before}apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: shop }
spec:
  endpointSelector: { matchLabels: { app: shop } }
  ingress:
    - toPorts:
        - ports: [{ port: "80", protocol: TCP }]
          rules:
${above}            http:${beside}
              - path: /cart
    - toPorts:
        - ports: [{ port: "81", protocol: TCP }]
          rules:
            http:
              - path: /other
`;
const linesLeft = (text: string): readonly number[] =>
  withoutIgnored(analyse(text).findings, text).map(({ range }) => range.start.line + 1);

it('silences the line that it stands on, and no other', () => {
  expect(linesLeft(policy('', '', ''))).toEqual([10, 15]);
  expect(linesLeft(policy('', '', ' # cilium-bench-ignore l7-http: the audit asks for paths'))).toEqual([15]);
});

it('silences the line below a comment, of several lines too', () => {
  const above = '            # cilium-bench-ignore l7-http: the audit\n            # asks for paths\n';
  expect(linesLeft(policy('', above, ''))).toEqual([17]);
});

it('silences a whole document at its head, and no other document', () => {
  const head = '# Reviewed.\n# cilium-bench-ignore l7-dns, l7-http\n';
  expect(linesLeft(policy(head, '', ''))).toEqual([]);
  expect(linesLeft(`${policy(head, '', '')}---\n${policy('', '', '')}`)).toHaveLength(2);
  expect(linesLeft(`${policy('', '', '')}---\n${policy(head, '', '')}`)).toHaveLength(2);
});

it('silences nothing by another code or a word that is none', () => {
  expect(linesLeft(policy('', '', ' # cilium-bench-ignore l7-dns: no'))).toEqual([10, 15]);
  expect(linesLeft(policy('', '', ' # cilium-bench-ignore: all of it'))).toEqual([10, 15]);
  expect(linesLeft(policy('', '', ' # cilium-bench-ignore everything'))).toEqual([10, 15]);
});

it('holds with CRLF line ends', () => {
  const text = policy('', '', ' # cilium-bench-ignore l7-http').replaceAll('\n', '\r\n');
  expect(linesLeft(text)).toEqual([15]);
});
