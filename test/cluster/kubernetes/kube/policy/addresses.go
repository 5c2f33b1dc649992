package policy

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"

	v1 "k8s.io/api/core/v1"
)

// span is a range of IPv4 addresses, both ends included.
type span struct{ First, Last uint32 }

// addressSet holds IPv4 addresses as spans in ascending order that neither overlap nor touch.
type addressSet []span

var everyAddress = addressSet{{0, math.MaxUint32}}

func number(a netip.Addr) uint32 {
	four := a.As4()
	return binary.BigEndian.Uint32(four[:])
}

func address(n uint32) netip.Addr {
	var four [4]byte
	binary.BigEndian.PutUint32(four[:], n)
	return netip.AddrFrom4(four)
}

// newAddressSet joins spans in any order.
func newAddressSet(spans ...span) addressSet {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b span) int {
		if a.First < b.First {
			return -1
		}
		return 1
	})
	var set addressSet
	for _, s := range spans {
		// In 64 bits: the last address has none after it.
		if n := len(set); n > 0 && uint64(s.First) <= uint64(set[n-1].Last)+1 {
			set[n-1].Last = max(set[n-1].Last, s.Last)
		} else {
			set = append(set, s)
		}
	}
	return set
}

// addressesOf leaves out what is not IPv4.
func addressesOf(addresses ...netip.Addr) addressSet {
	var spans []span
	for _, a := range addresses {
		if a = a.Unmap(); a.Is4() {
			spans = append(spans, span{number(a), number(a)})
		}
	}
	return newAddressSet(spans...)
}

// prefixAddresses is empty for an IPv6 prefix.
func prefixAddresses(p netip.Prefix) addressSet {
	if !p.Addr().Is4() {
		return nil
	}
	first := number(p.Masked().Addr())
	return addressSet{{first, first | uint32(uint64(math.MaxUint32)>>p.Bits())}}
}

func (a addressSet) union(others ...addressSet) addressSet {
	return newAddressSet(slices.Concat(append(others, a)...)...)
}

func (a addressSet) minus(b addressSet) addressSet {
	var left addressSet
	for _, s := range a {
		first, done := s.First, false
		for _, hole := range b {
			if hole.Last < first || hole.First > s.Last {
				continue
			}
			if hole.First > first {
				left = append(left, span{first, hole.First - 1})
			}
			if hole.Last >= s.Last {
				done = true
				break
			}
			first = hole.Last + 1
		}
		if !done {
			left = append(left, span{first, s.Last})
		}
	}
	return left
}

func (a addressSet) contains(b netip.Addr) bool {
	b = b.Unmap()
	return b.Is4() && slices.ContainsFunc(a, func(s span) bool { return s.First <= number(b) && number(b) <= s.Last })
}

// addresses are all of them one by one: for sets of pods, which are small.
func (a addressSet) addresses() []netip.Addr {
	var out []netip.Addr
	for _, s := range a {
		for n := uint64(s.First); n <= uint64(s.Last); n++ {
			out = append(out, address(uint32(n)))
		}
	}
	return out
}

// elements writes the set as nft does.
func (a addressSet) elements() []string {
	var out []string
	for _, s := range a {
		if s.First == s.Last {
			out = append(out, address(s.First).String())
		} else {
			out = append(out, address(s.First).String()+"-"+address(s.Last).String())
		}
	}
	return out
}

// prefixes writes the set as the fewest prefixes, as Envoy wants it.
func (a addressSet) prefixes() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range a {
		for first := uint64(s.First); first <= uint64(s.Last); {
			bits := 32
			for bits > 0 {
				size := uint64(1) << (33 - bits)
				if first%size != 0 || first+size-1 > uint64(s.Last) {
					break
				}
				bits--
			}
			out = append(out, netip.PrefixFrom(address(uint32(first)), bits))
			first += uint64(1) << (32 - bits)
		}
	}
	return out
}

// podAddress is where a pod is reached; not valid for pods without an IPv4 address of their own.
func podAddress(p *v1.Pod) netip.Addr {
	a, err := netip.ParseAddr(p.Status.PodIP)
	if p.Spec.HostNetwork || err != nil || !a.Is4() || p.Status.Phase == v1.PodSucceeded || p.Status.Phase == v1.PodFailed {
		return netip.Addr{}
	}
	return a
}

func podAddresses(pods []*v1.Pod) addressSet {
	var all []netip.Addr
	for _, p := range pods {
		all = append(all, podAddress(p))
	}
	return addressesOf(all...)
}
