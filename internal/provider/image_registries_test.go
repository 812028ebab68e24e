package provider

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/registry"
)

// TestConfigure_registries has what the block says of the way to registries hold for as much of the
// block as is known: what is unknown is not unset.
func TestConfigure_registries(t *testing.T) {
	asked := ""
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.Host
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	for name, tt := range map[string]struct {
		more    tftest.Block
		pending string
	}{
		"all is known":               {tftest.Block{}, ""},
		"region":                     {tftest.Block{"region": tftest.Unknown}, ""},
		"profile":                    {tftest.Block{"profile": tftest.Unknown, "access_key": nil, "secret_key": nil}, ""},
		"files":                      {tftest.Block{"shared_config_files": []any{tftest.Unknown}, "shared_credentials_files": tftest.Unknown}, ""},
		"role":                       {tftest.Block{"assume_role": []any{tftest.Block{"role_arn": tftest.Unknown}}}, ""},
		"no_proxy":                   {tftest.Block{"no_proxy": tftest.Unknown}, "no_proxy"},
		"http_proxy":                 {tftest.Block{"http_proxy": tftest.Unknown}, "http_proxy"},
		"https_proxy":                {tftest.Block{"https_proxy": tftest.Unknown}, "https_proxy"},
		"custom_ca_bundle":           {tftest.Block{"custom_ca_bundle": tftest.Unknown}, "custom_ca_bundle"},
		"insecure":                   {tftest.Block{"insecure": tftest.Unknown}, "insecure"},
		"insecure_registries":        {tftest.Block{"insecure_registries": tftest.Unknown}, "insecure_registries"},
		"one of insecure_registries": {tftest.Block{"insecure_registries": []any{"a.example.com", tftest.Unknown}}, "insecure_registries"},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			b := credentials(tftest.Block{"https_proxy": proxy.URL, "http_proxy": "", "insecure_registries": []any{"listed.example.com:5000"}})
			for key, value := range tt.more {
				b[key] = value
			}
			data, resp := configure(t, b)
			if resp.Diagnostics.HasError() {
				t.Fatal(resp.Diagnostics)
			}
			if data.Registries.Pending != tt.pending {
				t.Fatalf("pending %q", data.Registries.Pending)
			}
			if tt.pending != "" {
				return
			}
			if got := strings.Join(data.Registries.Insecure, " "); got != "listed.example.com:5000" {
				t.Errorf("without TLS %q", got)
			}
			ref, err := registry.Parse("registry.example.com/app:v1")
			if err != nil {
				t.Fatal(err)
			}
			asked = ""
			client := registry.Client{Transport: data.Registries.Transport, InsecureRegistries: data.Registries.Insecure}
			if _, err := client.Resolve(t.Context(), ref, registry.NeedOf("", "")); err == nil || asked != "CONNECT registry.example.com:443" {
				t.Errorf("the proxy was asked for %q: %v", asked, err)
			}
		})
	}
}

// A password in the URL of a proxy is not said, also while something else in the block is unknown.
func TestConfigure_proxyPassword(t *testing.T) {
	for name, more := range map[string]tftest.Block{"known": {}, "pending": {"region": tftest.Unknown}} {
		isolate(t)
		b := credentials(tftest.Block{"https_proxy": "http://u:hunter2/pw@127.0.0.1:1"})
		for key, value := range more {
			b[key] = value
		}
		_, resp := configure(t, b)
		n := 0
		for _, d := range resp.Diagnostics.Errors() {
			n++
			if text := d.Summary() + d.Detail(); strings.Contains(text, "hunter2") || !strings.Contains(text, "***@127.0.0.1:1") {
				t.Errorf("%s: %s", name, text)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d errors", name, n)
		}
	}
}

func TestProvider_insecureRegistries(t *testing.T) {
	isolate(t)
	for host, says := range map[string]string{
		"registry.example.com": "", "registry.example.com:5000": "", "10.0.0.9:5000": "", "localhost": "", "[fd12::1]:5000": "",
		"http://registry.example.com": "without a scheme", "registry.example.com/team": "without a scheme", "": "HOST or HOST:PORT", "*": "HOST or HOST:PORT",
		"10.0.0.0/8": "HOST or HOST:PORT", "registry": "HOST or HOST:PORT",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com": "always has TLS",
	} {
		var said string
		for _, d := range throughProtocol(t, credentials(tftest.Block{"insecure_registries": []any{host}})) {
			said += d.Detail
		}
		if says == "" && said != "" || !strings.Contains(said, says) {
			t.Errorf("%q: %s", host, said)
		}
	}
}
