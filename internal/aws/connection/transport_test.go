package connection

import (
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

func get(t *testing.T, cfg Config, url string) error {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := Transport(t.Context(), cfg)
	if err != nil {
		return err
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	if auth := response.Request.Header.Get("Authorization"); auth != "" {
		t.Errorf("signed: %s", auth)
	}
	return response.Body.Close()
}

func TestTransport_certificates(t *testing.T) {
	private := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(private.Close)
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	awstest.WriteFile(t, bundle, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: private.Certificate().Raw})))

	for name, tt := range map[string]struct {
		set    func(*testing.T, *Config)
		trusts bool
	}{
		"nothing":          {func(*testing.T, *Config) {}, false},
		"custom_ca_bundle": {func(_ *testing.T, c *Config) { c.CustomCABundle = bundle }, true},
		"AWS_CA_BUNDLE":    {func(t *testing.T, _ *Config) { t.Setenv("AWS_CA_BUNDLE", bundle) }, true},
		"profile": {func(t *testing.T, _ *Config) {
			awstest.WriteFile(t, os.Getenv("AWS_CONFIG_FILE"), "[default]\nca_bundle = "+bundle+"\n")
		}, true},
		"insecure": {func(_ *testing.T, c *Config) { c.Insecure = true }, true},
	} {
		t.Run(name, func(t *testing.T) {
			awstest.Isolate(t)
			cfg := Config{}
			tt.set(t, &cfg)
			err := get(t, cfg, private.URL)
			if tt.trusts && err != nil {
				t.Error(err)
			}
			if !tt.trusts && (err == nil || !strings.Contains(err.Error(), "certificate")) {
				t.Errorf("trusts: %v", err)
			}
		})
	}
}

func TestTransport_proxy(t *testing.T) {
	awstest.Isolate(t)
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.Host
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	cfg := Config{}
	cfg.HTTPSProxy = &proxy.URL
	if err := get(t, cfg, "https://registry.example.com/v2/"); err == nil || asked != "CONNECT registry.example.com:443" {
		t.Errorf("the proxy was asked for %q: %v", asked, err)
	}
	none := ""
	cfg.HTTPProxy, cfg.HTTPSProxy = &none, &none
	t.Setenv("HTTPS_PROXY", proxy.URL)
	asked = ""
	if err := get(t, cfg, "https://registry.invalid/v2/"); err == nil || asked != "" {
		t.Errorf("the proxy of the environment was asked for %q: %v", asked, err)
	}
}

// The SDK trusts a bundle alone.
func TestTransport_keepsTheMachinesCertificates(t *testing.T) {
	awstest.Isolate(t)
	private := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(private.Close)
	cfg := Config{}
	cfg.CustomCABundle = filepath.Join(t.TempDir(), "ca.pem")
	awstest.WriteFile(t, cfg.CustomCABundle, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: private.Certificate().Raw})))

	want, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	want.AddCert(private.Certificate())
	made, err := Transport(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	transport, ok := made.(*http.Transport)
	if !ok || !transport.TLSClientConfig.RootCAs.Equal(want) {
		t.Errorf("other certificates: %T", transport)
	}
}
