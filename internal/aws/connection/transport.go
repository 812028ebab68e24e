package connection

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/logging"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

// Transport makes connections as the provider block and its environment ask for: through
// their proxies, trusting their certificates. It is for what is no API of AWS, such as
// container registries, and signs nothing. The certificates of the machine are trusted too:
// a bundle may hold just that of an endpoint within a company. It needs no more of the
// configuration than HTTPProxy, HTTPSProxy, NoProxy, CustomCABundle and Insecure, so it is
// there when where and as whom to call AWS is not known yet.
func Transport(ctx context.Context, cfg Config) (http.RoundTripper, error) {
	if cfg.HTTPClient != nil {
		return cfg.HTTPClient.Transport, nil
	}
	around := cfg.readSurroundings(ctx)
	base := cfg.awsBase(around, logging.NullLogger{})
	options, err := base.HTTPTransportOptions()
	if err != nil {
		return nil, fmt.Errorf("the proxy: %s", sanitize.URLs(err.Error())) // the text has a password, so it is not wrapped
	}
	transport := awshttp.NewBuildableClient().WithTransportOptions(options).GetTransport()
	if bundle := caBundle(base, around); len(bundle) > 0 {
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
	return transport, nil
}

// caBundle is the bundle that the SDK reads too. The SDK reports a bundle that cannot be read.
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
