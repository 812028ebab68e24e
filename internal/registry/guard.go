package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// What a registry gets of this machine for one image. What real ones need is far below: one
// asks for a token, a manifest or an index with some ten manifests, and a configuration of
// some ten thousand bytes.
const (
	maxRedirects = 10
	maxRequests  = 200
	maxAnswer    = 8 << 20  // bytes, of each answer
	maxAnswers   = 64 << 20 // bytes, of all together
	dialTimeout  = 30 * time.Second
)

// guard makes the requests for one image, and refuses those that a registry must not cause.
// Everything that go-containerregistry asks passes through it, requests for tokens and
// redirected ones too: the library follows redirects above it. A registry is trusted with
// nothing but its own answer about the image. It can name any address (in a redirect, as the
// place to log in, through its name server), and send without end.
//
// It has connections of its own: one that another image was let have is not this one's.
type guard struct {
	inner    http.RoundTripper
	direct   *http.Transport // inner, where it makes connections; nil in tests without a network
	registry string          // the host that the image names, with its port if it has one
	insecure []string        // further hosts that may be asked without TLS

	mu       sync.Mutex
	requests int
	left     int64           // bytes that may still be read
	near     network         // the nearest network that the registry may lead to: its own
	realms   map[string]bool // origins that the registry names as the places to log in
	bearers  map[string]bool // what the registry was sent, of its tokens
	secure   *attempt        // to ask the registry over TLS; nil before there was one
}

// attempt is a request over TLS.
type attempt struct {
	done     chan struct{} // closed at its end
	answered bool
	err      error
}

// refusal is a request that was not made, or an answer that was not read.
type refusal struct {
	problem Problem
	text    string
}

func (r *refusal) Error() string { return r.text }

func refusef(problem Problem, format string, args ...any) *refusal {
	return &refusal{problem: problem, text: fmt.Sprintf(format, args...)}
}

// newGuard is the guard of one image of a registry. Without a transport it is one with the
// proxy variables of the environment.
func newGuard(transport http.RoundTripper, registry string, insecure []string) *guard {
	g := &guard{
		inner: transport, registry: strings.ToLower(registry), insecure: insecure, left: maxAnswers,
		realms: map[string]bool{}, bearers: map[string]bool{},
	}
	if transport == nil {
		transport = remote.DefaultTransport
	}
	if t, ok := transport.(*http.Transport); ok {
		g.direct = t.Clone()
		g.direct.DialContext = (&net.Dialer{Timeout: dialTimeout, KeepAlive: dialTimeout, ControlContext: g.checkDial}).DialContext
		g.inner = g.direct
	}
	if address, literal, _ := readHost(hostname(g.registry)); literal {
		g.near = networkOf(address)
	}
	return g
}

// close ends the connections.
func (g *guard) close() {
	if g.direct != nil {
		g.direct.CloseIdleConnections()
	}
}

// plain reports whether a host may be asked without TLS: this machine, or one that is listed.
func (g *guard) plain(host string) bool {
	for _, listed := range g.insecure {
		if strings.EqualFold(listed, host) {
			return true
		}
	}
	name := hostname(host)
	address, literal, err := readHost(name)
	return err == nil && (literal && networkOf(address) == thisMachine || name == "localhost")
}

// isRegistry reports whether a URL is at the host that the image names.
func (g *guard) isRegistry(u *url.URL) bool {
	return withPort(strings.ToLower(u.Host), u.Scheme) == withPort(g.registry, u.Scheme)
}

// RoundTrip makes a request, or refuses to.
func (g *guard) RoundTrip(request *http.Request) (*http.Response, error) {
	allowed, err := g.admit(request)
	if err != nil {
		if request.Body != nil {
			_ = request.Body.Close()
		}
		return nil, err
	}
	var address net.Addr
	ctx := httptrace.WithClientTrace(allowed.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		address = i.Conn.RemoteAddr()
	}})
	proxied, err := g.isProxied(allowed)
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, destinationKey{}, destination{host: allowed.URL.Host, registry: g.isRegistry(allowed.URL), proxied: proxied})
	end := g.begin(allowed)
	response, err := g.inner.RoundTrip(allowed.WithContext(ctx))
	end(response, err)
	if err != nil {
		return nil, err
	}
	response.Request = request // the redirects so far are known by it
	if location := response.Header.Get("Location"); location != "" {
		if _, err := request.URL.Parse(location); err != nil { // and say it: it may have a signature
			_ = response.Body.Close()
			return nil, refusef(Unsafe, "it redirects to something that is not a URL")
		}
	}
	if g.isRegistry(request.URL) {
		g.note(response, address, proxied)
	}
	response.Body = &limited{ReadCloser: response.Body, guard: g, left: maxAnswer}
	return response, nil
}

// admit says why a request is not made, or returns it as it may be made.
func (g *guard) admit(request *http.Request) (*http.Request, error) {
	redirects, overTLS := history(request)
	g.mu.Lock()
	g.requests++
	requests, near := g.requests, g.near
	g.mu.Unlock()
	switch {
	case redirects > maxRedirects:
		return nil, refusef(Unsafe, "it redirects more than %d times", maxRedirects)
	case requests > maxRequests:
		return nil, refusef(Unsafe, "it takes more than %d requests", maxRequests)
	}

	registry := g.isRegistry(request.URL)
	if err := checkHost(request.URL, registry, near); err != nil {
		return nil, err
	}
	switch request.URL.Scheme {
	case "https":
	case "http":
		switch {
		case overTLS:
			return nil, refusef(Unsafe, "it was asked over TLS, and redirects to %s://%s, which is not: not followed", request.URL.Scheme, request.URL.Host)
		case registry:
			if err := g.withoutTLS(request.Context()); err != nil {
				return nil, err
			}
		case !g.plain(request.URL.Host):
			return nil, refusef(NoTLS, "it leads to http://%s, which is without TLS: not followed", request.URL.Host)
		}
	default:
		return nil, refusef(Unsafe, "it leads to a URL that is neither https nor http: not followed")
	}
	return g.withoutForeignCredentials(request, registry)
}

// history is how many redirects led to a request, and whether a request before was over TLS.
func history(request *http.Request) (redirects int, overTLS bool) {
	for request.Response != nil && request.Response.Request != nil {
		request = request.Response.Request
		redirects++
		overTLS = overTLS || request.URL.Scheme == "https"
	}
	return redirects, overTLS
}

// begin notes that the registry is asked over TLS, and the function that it returns what came of it.
func (g *guard) begin(request *http.Request) (end func(*http.Response, error)) {
	if request.URL.Scheme != "https" || !g.isRegistry(request.URL) {
		return func(*http.Response, error) {}
	}
	a := &attempt{done: make(chan struct{})}
	g.mu.Lock()
	if g.secure == nil {
		g.secure = a
	}
	g.mu.Unlock()
	return func(response *http.Response, err error) {
		a.answered, a.err = response != nil, err
		close(a.done)
	}
}

// withoutTLS says whether the registry may be asked without TLS. Where it may, go-containerregistry
// asks so if it has no answer over TLS within 0.3 s; and at private addresses and under .local
// it does although it may not. Here it waits, and a registry that answers over TLS is never
// asked without.
func (g *guard) withoutTLS(ctx context.Context) error {
	g.mu.Lock()
	a := g.secure
	g.mu.Unlock()
	if a == nil {
		if g.plain(g.registry) {
			return nil
		}
		return refusef(NoTLS, "it is asked over TLS only")
	}
	select {
	case <-a.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	switch {
	case a.answered:
		return refusef(Unsafe, "it answers over TLS, and leads to http://%s, which is without: not followed", g.registry)
	case !g.plain(g.registry):
		return a.err
	}
	return nil
}

// withoutForeignCredentials is a request without what only the registry, and the places to log
// in that it names itself, may be sent. It names none by a redirect to another host: what that
// host names is not the registry's.
func (g *guard) withoutForeignCredentials(request *http.Request, registry bool) (*http.Request, error) {
	authorization := request.Header.Get("Authorization")
	scheme, _, _ := strings.Cut(authorization, " ")
	basic := strings.EqualFold(scheme, "Basic")

	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case registry:
		if authorization != "" && !basic {
			g.bearers[authorization] = true
		}
		return request, nil
	case g.realms[origin(request.URL)]:
		return request, nil
	case request.Body != nil && request.Body != http.NoBody: // a refresh token in a form
		return nil, refusef(Unsafe, "it leads to %s, which does not get the credentials of %s: not followed", request.URL.Host, g.registry)
	case basic || g.bearers[authorization]:
		request = request.Clone(request.Context())
		request.Header.Del("Authorization")
	}
	return request, nil
}

// realm is the parameter of a challenge that names the place to log in.
var realm = regexp.MustCompile(`(?i)\brealm\s*=\s*(?:"([^"]*)"|([^\s,"]+))`)

// note records the address of the registry and where to log in, from a response.
func (g *guard) note(response *http.Response, address net.Addr, proxied bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if tcp, ok := address.(*net.TCPAddr); ok && !proxied {
		if ip, ok := addressOf(tcp.IP); ok {
			g.near = networkOf(ip)
		}
	}
	for _, challenge := range response.Header.Values("WWW-Authenticate") {
		for _, match := range realm.FindAllStringSubmatch(challenge, -1) {
			if u, err := url.Parse(match[1] + match[2]); err == nil && u.Host != "" {
				g.realms[origin(u)] = true
			}
		}
	}
}

// destination is what the dialer knows of the request that it dials for.
type destination struct {
	host              string
	registry, proxied bool
}

type destinationKey struct{}

// isProxied reports whether a request goes to a proxy, which then finds the address.
func (g *guard) isProxied(request *http.Request) (bool, error) {
	if g.direct == nil || g.direct.Proxy == nil {
		return false, nil
	}
	proxy, err := g.direct.Proxy(request)
	return proxy != nil, err
}

// checkDial looks at the address that a name turned out to have.
func (g *guard) checkDial(ctx context.Context, _, address string, _ syscall.RawConn) error {
	to, ok := ctx.Value(destinationKey{}).(destination)
	if !ok {
		return errors.New("a connection that no request asked for")
	}
	if to.proxied {
		return nil // the user's own
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	ip, _, err := readHost(host)
	if err != nil {
		return err
	}
	g.mu.Lock()
	near := g.near
	g.mu.Unlock()
	return checkAddress(to.host, ip, to.registry, near)
}

var errLong = refusef(Unsafe, "an answer of it has more than %d bytes", maxAnswer)

// limited is an answer that may be read up to a limit.
type limited struct {
	io.ReadCloser
	guard *guard
	left  int64
}

// Read reads, and fails where the answer goes on after the limit.
func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, errLong
	}
	// One more byte distinguishes a response that ends there from a longer one.
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.ReadCloser.Read(p)
	l.left -= int64(n)
	l.guard.mu.Lock()
	l.guard.left -= int64(n)
	all := l.guard.left
	l.guard.mu.Unlock()
	switch {
	case l.left < 0:
		return 0, errLong
	case all < 0:
		return 0, refusef(Unsafe, "its answers have more than %d bytes together", maxAnswers)
	}
	return n, err
}
