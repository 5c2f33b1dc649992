package policy

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// run ends with what the program said of its failure.
func run(input, name string, args ...string) error {
	command := exec.Command(name, args...)
	command.Stdin = strings.NewReader(input)
	var errors bytes.Buffer
	command.Stderr = &errors
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(errors.String()))
	}
	return nil
}

func applyRules(rules string) error { return run(rules, "nft", "-f", "-") }

// rulesAreThere: somebody else may have flushed them.
func rulesAreThere() bool {
	return run("", "nft", append([]string{"list", "chain"}, append(strings.Fields(nftTable), "prerouting")...)...) == nil
}

// canRedirect says why the kernel cannot hand connections to Envoy; nil where it can.
func canRedirect() error {
	return run("add table ip test-policy-probe\nadd chain ip test-policy-probe c { type filter hook prerouting priority -90; }\n"+
		fmt.Sprintf("add rule ip test-policy-probe c socket transparent 1 meta l4proto tcp tproxy to 127.0.0.1:%d\n", envoyPort),
		"nft", "--check", "-f", "-")
}

// prepareNode sends marked packets to the node itself, and lets it hold connections under the addresses of others.
func prepareNode() error {
	settings := map[string]string{
		// Early demultiplexing gives forwarded packets to old sockets in TIME_WAIT, and drops them there.
		"net/ipv4/ip_early_demux": "0",
		// Envoy's connections take ports of the node under a pod's address: other ports than the pod's own (32768 to 60999),
		// and none of NodePorts.
		"net/ipv4/ip_local_port_range": "10240 29999",
		// Packets that Envoy takes in come from an address behind another device than the route to it.
		"net/ipv4/conf/all/rp_filter":     "0",
		"net/ipv4/conf/default/rp_filter": "0",
	}
	for file, value := range settings {
		if err := os.WriteFile("/proc/sys/"+file, []byte(value), 0o644); err != nil {
			return err
		}
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, i := range interfaces {
		if err := os.WriteFile("/proc/sys/net/ipv4/conf/"+i.Name+"/rp_filter", []byte("0"), 0o644); err != nil {
			return err
		}
	}
	table := fmt.Sprint(envoyRouting)
	if err := run("", "ip", "route", "replace", "local", "default", "dev", "lo", "table", table); err != nil {
		return err
	}
	err = run("", "ip", "rule", "add", "fwmark", fmt.Sprintf("%#x/%#x", toEnvoyMark, markMask), "lookup", table)
	if err != nil && !strings.Contains(err.Error(), "File exists") {
		return err
	}
	return nil
}

// hostAddresses are the node's own.
func hostAddresses() ([]netip.Addr, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var out []netip.Addr
	for _, a := range addresses {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil && prefix.Addr().Is4() {
			out = append(out, prefix.Addr())
		}
	}
	return out, nil
}

// closeStale ends connections through Envoy, on both of its sides, that no rule sends there any more. Only Envoy's have
// addresses that are not the node's. The sides of those who asked come first, as far as is known what went there before:
// ended from the other side, Envoy would answer 503.
func closeStale(before, now []Redirect, host []netip.Addr) (int, error) {
	sockets, err := netlink.SocketDiagTCP(unix.AF_INET)
	if err != nil {
		return 0, err
	}
	own := addressesOf(host...).union(prefixAddresses(netip.MustParsePrefix("127.0.0.0/8")))
	type connection struct{ local, remote netip.AddrPort }
	var asking, rest []connection
	for _, s := range sockets {
		local, okLocal := addrPort(s.ID.Source, s.ID.SourcePort)
		remote, okRemote := addrPort(s.ID.Destination, s.ID.DestinationPort)
		switch {
		case !okLocal || !okRemote || s.State == unix.BPF_TCP_LISTEN || own.contains(local.Addr()):
		case anyHolds(now, remote.Addr(), local) || anyHolds(now, local.Addr(), remote):
		case anyHolds(before, remote.Addr(), local):
			asking = append(asking, connection{local, remote})
		default:
			rest = append(rest, connection{local, remote})
		}
	}
	closed := 0
	for _, c := range append(asking, rest...) {
		// One that has ended by itself meanwhile is no failure.
		if netlink.SocketDestroy(net.TCPAddrFromAddrPort(c.local), net.TCPAddrFromAddrPort(c.remote)) == nil {
			closed++
		}
	}
	return closed, nil
}

func anyHolds(redirects []Redirect, from netip.Addr, to netip.AddrPort) bool {
	return slices.ContainsFunc(redirects, func(r Redirect) bool { return r.Holds(from, to) })
}

func addrPort(ip net.IP, port uint16) (netip.AddrPort, bool) {
	a, ok := netip.AddrFromSlice(ip)
	a = a.Unmap()
	return netip.AddrPortFrom(a, port), ok && a.Is4() && !a.IsUnspecified()
}
