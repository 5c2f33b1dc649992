import { cidrFrom } from '../../../cluster/cidr';
import type { AddressUse } from '../../../cluster/headroom';
import type { Advised, AddressesAdvice, AdviceRule } from '../advice';
import { confidenceOf } from '../confidence';
import { basisOfFact } from '../facts';

/** From here on a network is near its end, in percent. */
const nearPercent = 80;

function judged({ cidr, used, capacity }: AddressUse, planned: number): AddressesAdvice['networks'][number] {
  const needed = Math.max(used, planned);
  const stance = needed > capacity ? 'too-few' : 100 * needed >= nearPercent * capacity ? 'near' : 'enough';
  return { cidr, used, capacity, needed, stance };
}

/**
 * What Services each take: one address of every network of the family that they are made in. Several networks of one family are
 * filled one after the other, so the planned number is held against all of them together (kubernetes.io, "Extend Service IP
 * Ranges").
 */
function networksOf(uses: readonly AddressUse[], planned: number | undefined): AddressesAdvice['networks'] {
  if (planned === undefined) return uses.map((use) => judged(use, 0));
  const families = [...new Set(uses.map(({ cidr }) => cidrFrom(cidr)?.family ?? null))];
  return families.map((family) => {
    const own = uses.filter(({ cidr }) => (cidrFrom(cidr)?.family ?? null) === family);
    const sum = (field: 'used' | 'capacity'): number => own.reduce((total, use) => total + use[field], 0);
    const cidr = own.map((use) => use.cidr).join(', ');
    return judged({ cidr, used: sum('used'), capacity: sum('capacity') }, planned);
  });
}

/** Whether the Service network has addresses for what is planned, or for what grows. */
export const serviceAddresses: AdviceRule = {
  code: 'service-addresses',
  runsOn: ['kube'],
  advise({ facts, planned }): Advised {
    const addresses = facts?.headroom.serviceAddresses;
    if (!addresses?.known || addresses.value.length === 0) {
      const because = addresses && !addresses.known ? addresses.because : null;
      return {
        code: 'service-addresses',
        refusal: { kind: 'not-known', what: 'service-addresses', because },
      };
    }
    const value = addresses.value
      .map(({ cidr, used, capacity }) => `${used} of ${capacity} addresses of ${cidr}`)
      .join(', ');
    const { services } = planned;
    return {
      code: 'service-addresses',
      what: { code: 'service-addresses', networks: networksOf(addresses.value, services) },
      confidence: confidenceOf([]),
      basis: [
        basisOfFact('service-addresses', addresses, value),
        ...(services === undefined
          ? []
          : [{ from: 'planned' as const, what: 'services' as const, value: services }]),
      ],
      wouldChange: [{ kind: 'headless' }, { kind: 'second-cidr' }],
    };
  },
};
