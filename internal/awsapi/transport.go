package awsapi

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
)

// Transport makes connections as the provider block and its environment ask for: through
// their proxies, trusting their certificates. It is for what is no API of AWS, such as
// container registries, and signs nothing. The certificates of the machine are trusted too:
// a bundle may hold just that of an endpoint within a company. It does not connect to where
// machines keep their own credentials, whatever a registry or its name server says.
func (c *Client) Transport() http.RoundTripper { return c.session.transport }

// transportOf is the transport of the SDK's client. One that is not built by the SDK has
// proxies and certificates of its own.
func transportOf(cfg aws.Config, bundle []byte) http.RoundTripper {
	switch client := cfg.HTTPClient.(type) {
	case interface{ GetTransport() *http.Transport }:
		transport := client.GetTransport()
		transport.DialContext = (&net.Dialer{Timeout: dialTimeout, KeepAlive: dialTimeout, Control: refuseMetadata}).DialContext
		if len(bundle) > 0 {
			if transport.TLSClientConfig == nil {
				transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
			}
			roots, err := x509.SystemCertPool()
			if err != nil {
				roots = x509.NewCertPool() // a machine without any
			}
			roots.AppendCertsFromPEM(bundle)
			transport.TLSClientConfig.RootCAs = roots
		}
		return transport
	case *http.Client:
		return client.Transport
	}
	return nil
}

const dialTimeout = 30 * time.Second // the SDK's own

// metadataIPv6 is the address of the EC2 metadata service that is not link-local.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
var metadataIPv6 = netip.MustParseAddr("fd00:ec2::254")

// refuseMetadata refuses a connection to a link-local address, at which EC2, ECS and others
// hand out the credentials of the machine or task to whoever runs there. A registry can name
// any address, in a redirect or as the place to log in, and errors say what was answered.
func refuseMetadata(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("connecting to %s: %w", address, err)
	}
	if ip := at.Addr().Unmap(); ip.IsLinkLocalUnicast() || ip.WithZone("") == metadataIPv6 {
		return fmt.Errorf("%s is a link-local address, where no registry is: not called", ip)
	}
	return nil
}

// caBundle is the bundle that the SDK has read already, so that one which cannot be read was
// an error before.
func caBundle(base *awsbase.Config, around surroundings) []byte {
	if reader, err := base.CustomCABundleReader(); err == nil && reader != nil {
		if bundle, err := io.ReadAll(reader); err == nil {
			return bundle
		}
	}
	for _, path := range []string{around.env.CustomCABundle, around.profile.CustomCABundle} {
		if path == "" {
			continue
		}
		if bundle, err := os.ReadFile(path); err == nil {
			return bundle
		}
	}
	return nil
}
