package acctest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
)

// accountHeader names for moto the account of a request (moto/core/responses.py,
// get_current_account).
const accountHeader = "X-Moto-Account-Id"

// gateway is the address that stands in AWS_ENDPOINT_URL. It gives every request to the
// account whose access key signed it, through that account's proxy if it has one. A key
// that it did not make, such as that of an assumed role, is left to the emulator.
type gateway struct {
	server   *httptest.Server
	upstream string

	mu      sync.Mutex
	proxies map[string]*Proxy
}

func newGateway(upstream string) *gateway {
	g := &gateway{upstream: upstream, proxies: make(map[string]*Proxy)}
	g.server = httptest.NewServer(g)
	return g
}

// route sends the calls of an account through the proxy; nil sends them straight on.
func (g *gateway) route(account string, proxy *Proxy) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if proxy == nil {
		delete(g.proxies, account)
		return
	}
	g.proxies[account] = proxy
}

func (g *gateway) proxy(account string) *Proxy {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.proxies[account]
}

// ServeHTTP passes a call on.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	account := accountOfRequest(r)
	if proxy := g.proxy(account); proxy != nil {
		proxy.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the caller is gone
	}
	result := forward(r, g.upstream, account, body)
	for name, values := range result.header {
		w.Header()[name] = values
	}
	w.WriteHeader(result.status)
	_, _ = w.Write(result.body) // as above
}

var accountKey = regexp.MustCompile(`^AKIA(\d{12})TEST$`)

// accessKey is the access key of an account: of the form of AWS's keys, and made here, so
// that the gateway needs no list of accounts.
func accessKey(account string) string { return fmt.Sprintf("AKIA%sTEST", account) }

func accountOfRequest(r *http.Request) string {
	scope := credentialScope.FindStringSubmatch(r.Header.Get("Authorization"))
	if scope == nil {
		return ""
	}
	key := accountKey.FindStringSubmatch(scope[1])
	if key == nil {
		return ""
	}
	return key[1]
}
