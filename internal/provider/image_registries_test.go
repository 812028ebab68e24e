package provider

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/registry"
)

// Whose credentials a registry gets is decided by its host, wherever the image's name is from:
// others may have registered the task definition that it was read from.
func TestSourceOf(t *testing.T) {
	const account = "123456789012"
	for host, want := range map[string]credentialsSource{
		account + ".dkr.ecr.us-east-1.amazonaws.com":                fromECR,
		account + ".dkr.ecr.cn-north-1.amazonaws.com.cn":            fromECR,
		account + ".dkr-ecr.us-east-1.on.aws":                       fromECR,
		account + ".dkr.ecr.us-east-1.amazonaws.com.evil.test":      fromDocker,
		account + ".dkr-ecr.us-east-1.on.evil.test":                 fromDocker,
		account + ".dkr.ecr.us-east-1.amazonaws.evil.local":         fromDocker,
		account + ".dkr.ecr.us-east-1.c2s.evil.test":                fromDocker,
		account + ".dkr.ecr.us-east-1.amazonaws.com:443":            fromDocker,
		"evil.test/" + account + ".dkr.ecr.us-east-1.amazonaws.com": fromDocker,
		"public.ecr.aws": fromDocker,
	} {
		ref, err := registry.Parse(host + "/app:v1")
		if err != nil {
			t.Fatal(err)
		}
		if got := sourceOf(ref, types.StringNull()); got != want {
			t.Errorf("%s: %d, want %d", host, got, want)
		}
		if got := sourceOf(ref, types.StringValue("arn")); got != fromSecret {
			t.Errorf("%s with a secret: %d", host, got)
		}
	}
}

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
		more    block
		pending string
	}{
		"all is known":               {block{}, ""},
		"region":                     {block{"region": unknown}, ""},
		"profile":                    {block{"profile": unknown, "access_key": nil, "secret_key": nil}, ""},
		"files":                      {block{"shared_config_files": []any{unknown}, "shared_credentials_files": unknown}, ""},
		"role":                       {block{"assume_role": []any{block{"role_arn": unknown}}}, ""},
		"no_proxy":                   {block{"no_proxy": unknown}, "no_proxy"},
		"http_proxy":                 {block{"http_proxy": unknown}, "http_proxy"},
		"https_proxy":                {block{"https_proxy": unknown}, "https_proxy"},
		"custom_ca_bundle":           {block{"custom_ca_bundle": unknown}, "custom_ca_bundle"},
		"insecure":                   {block{"insecure": unknown}, "insecure"},
		"insecure_registries":        {block{"insecure_registries": unknown}, "insecure_registries"},
		"one of insecure_registries": {block{"insecure_registries": []any{"a.example.com", unknown}}, "insecure_registries"},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			b := credentials(block{"https_proxy": proxy.URL, "http_proxy": "", "insecure_registries": []any{"listed.example.com:5000"}})
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
	for name, more := range map[string]block{"known": {}, "pending": {"region": unknown}} {
		isolate(t)
		b := credentials(block{"https_proxy": "http://u:hunter2/pw@127.0.0.1:1"})
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
		for _, d := range throughProtocol(t, credentials(block{"insecure_registries": []any{host}})) {
			said += d.Detail
		}
		if says == "" && said != "" || !strings.Contains(said, says) {
			t.Errorf("%q: %s", host, said)
		}
	}
}
