package awsapi

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
)

// Transport makes connections as the provider block and its environment ask for: through
// their proxies, trusting their certificates. It is for what is no API of AWS, such as
// container registries, and signs nothing. The certificates of the machine are trusted too:
// a bundle may hold just that of an endpoint within a company.
func (c *Client) Transport() http.RoundTripper { return c.session.transport }

// transportOf is the transport of the SDK's client. One that is not built by the SDK has
// proxies and certificates of its own.
func transportOf(cfg aws.Config, bundle []byte) http.RoundTripper {
	switch client := cfg.HTTPClient.(type) {
	case interface{ GetTransport() *http.Transport }:
		transport := client.GetTransport()
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
