import { describe, expect, test } from 'vitest';
import { labServices, markerPositions, probedServices } from '../../../src/lab/serviceList';
import { iptablesServices, nftablesServices, shortName } from '../../../src/lab/serviceRules';

const measured = [{ name: 'http', port: 80, targetPort: 8080 }];
const lines = (text: string | undefined): string[] => (text ?? '').split('\n').filter((line) => line !== '');

describe('the list of Services', () => {
  test.each([
    [0, []],
    [1, [0]],
    [2, [0, 1]],
    [3, [0, 1, 2]],
    [2000, [0, 999, 1999]],
    [30_000, [0, 14_999, 29_999]],
  ])('of %i has its markers at %j', (count, positions) => {
    expect(markerPositions(count)).toEqual(positions);
  });

  test('has as many as asked for besides the measured one, which comes last', () => {
    const services = labServices(100, measured, 8080);
    expect(services).toHaveLength(101);
    expect(services.at(-1)).toMatchObject({ name: 'lab/server:http', address: '10.80.96.10', port: 80 });
    expect(services.filter((service) => !service.isDummy).map(({ name }) => name)).toEqual([
      'lab/marker-00000',
      'lab/marker-00049',
      'lab/marker-00099',
      'lab/server:http',
    ]);
  });

  test('gives every one of 32,768 an address and an endpoint of its own', () => {
    const services = labServices(32_768, measured, 8080);
    expect(new Set(services.map(({ address }) => address)).size).toBe(32_769);
    const dummies = services.filter((service) => service.isDummy);
    expect(new Set(dummies.flatMap(({ endpoints }) => endpoints.map(({ host }) => host))).size).toBe(
      dummies.length,
    );
    for (const { address } of services.slice(0, -1))
      expect(address).toMatch(/^10\.80\.(12[89]|1[3-9]\d|2\d\d)\.\d+$/);
  });

  test('is probed at its markers and at the measured Service', () => {
    expect(probedServices(labServices(1000, measured, 8080))).toEqual([
      { host: '10.80.128.0', port: 80 },
      { host: '10.80.129.243', port: 80 },
      { host: '10.80.131.231', port: 80 },
      { host: '10.80.96.10', port: 80 },
    ]);
  });
});

describe('short names', () => {
  test('are short, stable and all different for 60,000', () => {
    const names = Array.from({ length: 60_000 }, (_, index) => shortName(`lab/dummy-${index}`));
    expect(new Set(names).size).toBe(60_000);
    // KUBE-SVC- and the name must stay within a chain's 28 characters.
    expect(names.every((name) => /^[0-9A-Z]{14}$/.test(name))).toBe(true);
    expect(shortName('lab/server')).toBe(shortName('lab/server'));
  });
});

describe('iptables rules', () => {
  test('of the measured Service alone have the shape of kube-proxy', () => {
    const [text] = iptablesServices(labServices(0, measured, 8080));
    const service = `KUBE-SVC-${shortName('lab/server:http')}`;
    const first = `KUBE-SEP-${shortName('lab/server:http 10.80.2.10')}`;
    const second = `KUBE-SEP-${shortName('lab/server:http 10.80.2.11')}`;
    expect(lines(text)).toEqual([
      '*nat',
      ':KUBE-SERVICES - [0:0]',
      ':KUBE-MARK-MASQ - [0:0]',
      ':KUBE-POSTROUTING - [0:0]',
      `:${service} - [0:0]`,
      `:${first} - [0:0]`,
      `:${second} - [0:0]`,
      '-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000',
      '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
      '-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000',
      '-A KUBE-POSTROUTING -j MASQUERADE --random-fully',
      '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
      `-A KUBE-SERVICES -m comment --comment "lab/server:http cluster IP" -m tcp -p tcp -d 10.80.96.10 --dport 80 -j ${service}`,
      `-A ${service} -m comment --comment "lab/server:http cluster IP" -m tcp -p tcp -d 10.80.96.10 --dport 80 ! -s 10.80.0.0/16 -j KUBE-MARK-MASQ`,
      `-A ${service} -m comment --comment "lab/server:http -> 10.80.2.10:8080" -m statistic --mode random --probability 0.5000000000 -j ${first}`,
      `-A ${first} -m comment --comment lab/server:http -s 10.80.2.10 -j KUBE-MARK-MASQ`,
      `-A ${first} -m comment --comment lab/server:http -m tcp -p tcp -j DNAT --to-destination 10.80.2.10:8080`,
      `-A ${service} -m comment --comment "lab/server:http -> 10.80.2.11:8080" -j ${second}`,
      `-A ${second} -m comment --comment lab/server:http -s 10.80.2.11 -j KUBE-MARK-MASQ`,
      `-A ${second} -m comment --comment lab/server:http -m tcp -p tcp -j DNAT --to-destination 10.80.2.11:8080`,
      'COMMIT',
    ]);
  });

  test('put the measured Service at the end of a chain as long as their number', () => {
    const [text] = iptablesServices(labServices(500, measured, 8080));
    const chain = lines(text).filter((line) => line.startsWith('-A KUBE-SERVICES '));
    expect(chain).toHaveLength(501);
    expect(chain.at(-1)).toContain('-d 10.80.96.10 ');
  });

  test('in parts hold together what the whole holds, each in a transaction', () => {
    const services = labServices(25, measured, 8080);
    const parts = iptablesServices(services, 10);
    expect(parts).toHaveLength(3);
    const content = (texts: readonly string[]): string[] =>
      texts
        .flatMap(lines)
        .filter((line) => line !== '*nat' && line !== 'COMMIT')
        .sort();
    expect(content(parts)).toEqual(content(iptablesServices(services)));
    for (const part of parts) expect([lines(part)[0], lines(part).at(-1)]).toEqual(['*nat', 'COMMIT']);
  });
});

describe('nftables rules', () => {
  test('find a Service by one map, and give dummies a shared chain', () => {
    const [text] = nftablesServices(labServices(4, measured, 8080));
    const elements = lines(text).filter((line) => line.startsWith('add element'));
    const chain = (name: string): string => `service-${shortName(name)}`;
    expect(elements).toEqual([
      'add element ip kube-proxy service-ips { ' +
        [
          `10.80.128.0 . tcp . 80 : goto ${chain('lab/marker-00000')}`,
          `10.80.128.1 . tcp . 80 : goto ${chain('lab/marker-00001')}`,
          '10.80.128.2 . tcp . 80 : goto service-dummy',
          `10.80.128.3 . tcp . 80 : goto ${chain('lab/marker-00003')}`,
          `10.80.96.10 . tcp . 80 : goto ${chain('lab/server:http')}`,
        ].join(' , ') +
        ' }',
    ]);
    expect(text).toContain('ip daddr . meta l4proto . th dport vmap @service-ips');
    // The name is unknown to nft 1.0.6 at that hook.
    expect(text).toContain('type nat hook output priority -100 ;');
  });

  test('replace the table in their first text, and only there', () => {
    const parts = nftablesServices(labServices(1000, measured, 8080), 100);
    expect(parts[0]).toContain('delete table ip kube-proxy');
    expect(parts.slice(1).join('')).not.toContain('table ip kube-proxy {');
    expect(parts.slice(1).join('')).not.toContain('delete');
    expect(parts).toHaveLength(12);
    expect(parts.slice(1).join('').match(/goto/g)).toHaveLength(1001);
  });
});
