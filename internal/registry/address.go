package registry

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// network is where an address is, seen from this machine: the higher, the nearer.
type network int

const (
	internet network = iota
	privateNetwork
	thisMachine
)

// privateNetworks are those that the internet does not lead to, besides those of
// [netip.Addr.IsPrivate]: carriers', those of IANA's special assignments, benchmarks, old
// site-local ones.
// https://www.iana.org/assignments/iana-ipv4-special-registry
var privateNetworks = []netip.Prefix{
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("fec0::/10"),
}

// metadataNetworks are where machines and tasks are handed out their own credentials, to
// of what runs there: link-local addresses (EC2, ECS, EKS, and other clouds), those of AWS's
// that are not (EC2 and EKS over IPv6), and those of other clouds that are not.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
// https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
// https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16
// https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
var metadataNetworks = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("fd00:ec2::/32"),
	netip.MustParsePrefix("168.63.129.16/32"), netip.MustParsePrefix("100.100.100.200/32"),
}

// metadataNames are names that those services have where they run.
var metadataNames = []string{"instance-data", "instance-data.ec2.internal", "metadata", "metadata.google.internal", "metadata.goog"}

// translated are the networks of IPv6 whose addresses have one of IPv4 in them, and where: in
// them, and by way of a gateway, that is the address.
// https://datatracker.ietf.org/doc/html/rfc6052, rfc3056
var translated = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12}, {netip.MustParsePrefix("2002::/16"), 2}, {netip.MustParsePrefix("::/96"), 12},
}

// addressOf is an address without what does not change where it is.
func addressOf(ip net.IP) (netip.Addr, bool) {
	a, ok := netip.AddrFromSlice(ip)
	return normalized(a), ok
}

func normalized(a netip.Addr) netip.Addr {
	a = a.WithZone("").Unmap()
	if a.Is4() || a.IsLoopback() || a.IsUnspecified() {
		return a
	}
	for _, t := range translated {
		if t.prefix.Contains(a) {
			b := a.As16()
			return netip.AddrFrom4([4]byte(b[t.at : t.at+4]))
		}
	}
	return a
}

func networkOf(a netip.Addr) network {
	switch {
	case a.IsLoopback(), a.IsUnspecified(), a.Is4() && a.As4()[0] == 0: // the kernel takes zeros for the machine itself
		return thisMachine
	case a.IsPrivate(), !a.IsGlobalUnicast(), slices.ContainsFunc(privateNetworks, func(p netip.Prefix) bool { return p.Contains(a) }):
		return privateNetwork
	}
	return internet
}

func isMetadata(a netip.Addr) bool {
	return slices.ContainsFunc(metadataNetworks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// number is the last label of a name that a resolver takes for an address: 2130706433, 127.1,
// 0x7f.1.
// https://url.spec.whatwg.org/#ends-in-a-number-checker
var number = regexp.MustCompile(`(?:^|\.)(?:[0-9]+|0[xX][0-9a-fA-F]*)$`)

// readHost reads the host of a URL: a name, or an address in its usual form.
func readHost(host string) (address netip.Addr, literal bool, err error) {
	host = strings.TrimSuffix(host, ".")
	if a, err := netip.ParseAddr(host); err == nil {
		return normalized(a), true, nil
	}
	for _, r := range host {
		if r > '~' || r <= ' ' {
			return netip.Addr{}, false, refusef(Unsafe, "it leads to a host whose name is not of ASCII: not followed")
		}
	}
	if number.MatchString(host) || strings.Contains(host, "%") {
		return netip.Addr{}, false, refusef(Unsafe, "it leads to %s, an address in a form that is not usual: not followed", host)
	}
	return netip.Addr{}, false, nil
}

// checkHost looks at the host of a request, which a proxy would find the address of.
func checkHost(u *url.URL, registry bool, near network) error {
	name := strings.ToLower(u.Hostname())
	address, literal, err := readHost(name)
	if err != nil {
		return err
	}
	name = strings.TrimSuffix(name, ".")
	switch {
	case literal:
		return checkAddress(u.Host, address, registry, near)
	case slices.Contains(metadataNames, name):
		return metadataRefusal(u.Host)
	case !registry && near < thisMachine && (name == "localhost" || strings.HasSuffix(name, ".localhost")):
		return refusef(Unsafe, "it leads to %s, which is this machine: not followed", u.Host)
	}
	return nil
}

// checkAddress lets a registry lead to what is as far away as it is itself: one in a private
// network may have its tokens and blobs there, one of the internet may not.
func checkAddress(host string, address netip.Addr, registry bool, near network) error {
	at := networkOf(address)
	switch {
	case isMetadata(address):
		return metadataRefusal(host)
	case registry || at <= near:
		return nil
	case at == thisMachine:
		return refusef(Unsafe, "it leads to %s (%s), which is this machine: not followed", host, address)
	}
	return refusef(Unsafe, "it leads to %s (%s) in a private network: not followed", host, address)
}

func metadataRefusal(host string) error {
	return refusef(Unsafe, "%s is an address at which machines are handed out their own credentials, and no registry is: not called", host)
}

// hostname is a host without its port.
func hostname(host string) string { return (&url.URL{Host: host}).Hostname() }

var ports = map[string]string{"http": "80", "https": "443"}

// withPort is a host with the port that it has at a scheme.
func withPort(host, scheme string) string {
	u := &url.URL{Host: host}
	port := u.Port()
	if port == "" {
		port = ports[scheme]
	}
	return net.JoinHostPort(strings.TrimSuffix(u.Hostname(), "."), port)
}

func origin(u *url.URL) string {
	scheme := strings.ToLower(u.Scheme)
	return scheme + "://" + withPort(strings.ToLower(u.Host), scheme)
}
