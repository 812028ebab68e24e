package awsapi

import (
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// offline is a configuration that calls nobody, with the client that users get.
func offline() Config {
	return Config{
		Region: testRegion, AccessKey: testKey, SecretKey: testSecret,
		SkipCredentialsValidation: true, SkipRequestingAccountID: true,
	}
}

func get(t *testing.T, c *Client, url string) error {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.Transport().RoundTrip(request)
	if err != nil {
		return err
	}
	if auth := response.Request.Header.Get("Authorization"); auth != "" {
		t.Errorf("signed: %s", auth)
	}
	return response.Body.Close()
}

func TestClient_Transport_certificates(t *testing.T) {
	private := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(private.Close)
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	writeFile(t, bundle, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: private.Certificate().Raw})))

	for name, tt := range map[string]struct {
		set    func(*testing.T, *Config)
		trusts bool
	}{
		"nothing":          {func(*testing.T, *Config) {}, false},
		"custom_ca_bundle": {func(_ *testing.T, c *Config) { c.CustomCABundle = bundle }, true},
		"AWS_CA_BUNDLE":    {func(t *testing.T, _ *Config) { t.Setenv("AWS_CA_BUNDLE", bundle) }, true},
		"profile": {func(t *testing.T, _ *Config) {
			writeFile(t, os.Getenv("AWS_CONFIG_FILE"), "[default]\nca_bundle = "+bundle+"\n")
		}, true},
		"insecure": {func(_ *testing.T, c *Config) { c.Insecure = true }, true},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			cfg := offline()
			tt.set(t, &cfg)
			err := get(t, mustNew(t, cfg), private.URL)
			if tt.trusts && err != nil {
				t.Error(err)
			}
			if !tt.trusts && (err == nil || !strings.Contains(err.Error(), "certificate")) {
				t.Errorf("trusts: %v", err)
			}
		})
	}
}

func TestClient_Transport_proxy(t *testing.T) {
	isolate(t)
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.Host
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	cfg := offline()
	cfg.HTTPSProxy = &proxy.URL
	if err := get(t, mustNew(t, cfg), "https://registry.example.com/v2/"); err == nil || asked != "CONNECT registry.example.com:443" {
		t.Errorf("the proxy was asked for %q: %v", asked, err)
	}
	none := ""
	cfg.HTTPProxy, cfg.HTTPSProxy = &none, &none
	t.Setenv("HTTPS_PROXY", proxy.URL)
	asked = ""
	if err := get(t, mustNew(t, cfg), "https://registry.invalid/v2/"); err == nil || asked != "" {
		t.Errorf("the proxy of the environment was asked for %q: %v", asked, err)
	}
}

// The SDK trusts a bundle alone.
func TestClient_Transport_keepsTheMachinesCertificates(t *testing.T) {
	isolate(t)
	private := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(private.Close)
	cfg := offline()
	cfg.CustomCABundle = filepath.Join(t.TempDir(), "ca.pem")
	writeFile(t, cfg.CustomCABundle, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: private.Certificate().Raw})))

	want, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	want.AddCert(private.Certificate())
	transport, ok := mustNew(t, cfg).Transport().(*http.Transport)
	if !ok || !transport.TLSClientConfig.RootCAs.Equal(want) {
		t.Errorf("other certificates: %T", transport)
	}
}

// A registry that leads elsewhere does not lead to the credentials of the machine.
func TestClient_Transport_metadata(t *testing.T) {
	isolate(t)
	client := mustNew(t, offline())
	for _, url := range []string{
		"http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/v2/credentials", "http://[fe80::a9fe:a9fe%25lo]/",
		"http://[fd00:ec2::254]/latest/meta-data/", "http://[::ffff:169.254.169.254]/",
	} {
		if err := get(t, client, url); err == nil || !strings.Contains(err.Error(), "link-local") {
			t.Errorf("%s: %v", url, err)
		}
	}
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	if err := get(t, client, server.URL); err != nil {
		t.Error(err)
	}
}
