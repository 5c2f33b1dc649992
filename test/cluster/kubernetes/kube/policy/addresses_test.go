package policy

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func set(t *testing.T, cidrs string) addressSet {
	t.Helper()
	var all addressSet
	for _, c := range strings.Fields(cidrs) {
		all = all.union(prefixAddresses(netip.MustParsePrefix(c)))
	}
	return all
}

func TestAddressSets(t *testing.T) {
	for _, c := range []struct{ a, b, union, minus string }{
		{"10.0.0.0/31", "10.0.0.2/31", "10.0.0.0-10.0.0.3", "10.0.0.0-10.0.0.1"},
		{"0.0.0.0/0", "0.0.0.0/32 255.255.255.255/32", "0.0.0.0-255.255.255.255", "0.0.0.1-255.255.255.254"},
		{"0.0.0.0/0", "0.0.0.0/0", "0.0.0.0-255.255.255.255", ""},
		{"10.0.0.0/24", "10.0.0.128/25 10.0.0.5/32", "10.0.0.0-10.0.0.255", "10.0.0.0-10.0.0.4 10.0.0.6-10.0.0.127"},
		{"1.1.1.1/32", "", "1.1.1.1", "1.1.1.1"},
		{"", "1.1.1.1/32", "1.1.1.1", ""},
	} {
		a, b := set(t, c.a), set(t, c.b)
		if got := strings.Join(a.union(b).elements(), " "); got != c.union {
			t.Errorf("%q and %q: %s", c.a, c.b, got)
		}
		if got := strings.Join(a.minus(b).elements(), " "); got != c.minus {
			t.Errorf("%q without %q: %s", c.a, c.b, got)
		}
	}
}

func TestPrefixesCoverExactlyTheSet(t *testing.T) {
	for _, cidrs := range []string{"0.0.0.0/0", "0.0.0.0/1 255.255.255.255/32", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/30 10.0.1.0/24", "10.0.0.7/32"} {
		a := set(t, cidrs)
		var back addressSet
		for _, p := range a.prefixes() {
			if p != p.Masked() {
				t.Errorf("%s has bits outside its mask", p)
			}
			back = back.union(prefixAddresses(p))
		}
		if !slices.Equal(a, back) {
			t.Errorf("%s became %v", cidrs, a.prefixes())
		}
	}
	if got := set(t, "0.0.0.0/0").prefixes(); len(got) != 1 {
		t.Errorf("every address takes %d prefixes", len(got))
	}
}

func TestIPv6IsLeftOut(t *testing.T) {
	if s := addressesOf(netip.MustParseAddr("::1")); len(s) != 0 {
		t.Error(s)
	}
	if everyAddress.contains(netip.MustParseAddr("fd00::1")) {
		t.Error("an IPv6 address is in a set of IPv4 addresses")
	}
}
