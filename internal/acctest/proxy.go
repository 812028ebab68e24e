package acctest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Proxy stands between a provider and the emulator. It records every call, and fails or
// delays those that a test chooses. It works for a provider in the test process and for a
// provider binary alike.
type Proxy struct {
	// URL is the proxy's address, for an `endpoints` block or AWS_ENDPOINT_URL. A provider
	// that is configured by [ProviderConfig] reaches the proxy without it.
	URL string

	upstream string
	account  string // "" adds no account to the requests
	closed   chan struct{}
	close    func()

	mu         sync.Mutex
	calls      []*Call
	clock      int
	underWay   int
	idle       sync.Cond // of mu: no call is under way
	latency    time.Duration
	wave       *wave // the calls that are held together; nil if none is
	injections []*Injection
	played     http.RoundTripper // the stage before the emulator; nil if there is none
}

// upstreamLimit ends a call that the emulator does not answer.
const upstreamLimit = 2 * time.Minute

// NewProxy puts a proxy in front of the test's account on the emulator; see [ProviderConfig].
// On a real account the test is skipped. A subtest whose enclosing test has a proxy gets
// an account of its own with it.
func NewProxy(t testing.TB) *Proxy {
	t.Helper()
	OnEmulator(t, "calls are recorded and failed between provider and emulator")
	account := accountForProxy(t)
	proxy := newProxy(t, session.emulator.url, account.id)
	session.gateway.route(account.id, proxy)
	t.Cleanup(func() { session.gateway.route(account.id, nil) })
	return proxy
}

// NewProxyTo is a proxy in front of any server that speaks AWS's protocols, for tests that
// need no emulator.
func NewProxyTo(t testing.TB, upstream string) *Proxy {
	t.Helper()
	return newProxy(t, upstream, "")
}

func newProxy(t testing.TB, upstream, account string) *Proxy {
	closed := make(chan struct{})
	p := &Proxy{
		upstream: upstream,
		account:  account,
		closed:   closed,
		close:    sync.OnceFunc(func() { close(closed) }),
	}
	p.idle.L = &p.mu
	server := httptest.NewServer(p)
	p.URL = server.URL
	t.Cleanup(func() {
		p.Close()
		server.Close()
	})
	return p
}

// Close lets go of all calls that are held: by [NeverAnswers], by [Proxy.Latency]. A test
// calls it only to end held calls early.
func (p *Proxy) Close() { p.close() }

// Calls are all calls since the last [Proxy.Reset], in the order of their beginning. A
// call under way has no End.
func (p *Proxy) Calls(filters ...func(Call) bool) []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	var calls []Call
	for _, call := range p.calls {
		if matchesAll(*call, filters) {
			calls = append(calls, *call)
		}
	}
	return calls
}

// Depth is [Depth] of the calls that match all filters.
func (p *Proxy) Depth(filters ...func(Call) bool) int { return Depth(p.Calls(filters...)) }

// Reset forgets all calls and all faults. Latency stays. A call under way is not recorded.
func (p *Proxy) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = nil
	p.injections = nil
}

// Settle waits until no call is under way. AWS carries out the calls of a process that was
// killed all the same.
func (p *Proxy) Settle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.underWay > 0 {
		p.idle.Wait()
	}
}

// Latency holds back all answers until no call has begun for d, and then gives them all at
// once. Calls that do not wait for one another so begin and end together, however long AWS
// takes for each, and [Proxy.Depth] counts exactly those that do. 0 ends it.
func (p *Proxy) Latency(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latency = d
}

// Injection is something that a [Proxy] does to some of its calls.
type Injection struct {
	proxy   *Proxy
	matches func(Call) bool
	fault   *Fault
	before  func(Call)
	after   func(Call, []byte) []byte
	hits    int
	stopped bool
}

// Hits is the number of calls that were concerned so far.
func (i *Injection) Hits() int {
	i.proxy.mu.Lock()
	defer i.proxy.mu.Unlock()
	return i.hits
}

// Stop ends it for calls that have not begun.
func (i *Injection) Stop() {
	i.proxy.mu.Lock()
	defer i.proxy.mu.Unlock()
	i.stopped = true
}

// Fail does the fault to every call that matches; nil matches all. Of several injections
// the one made first wins.
func (p *Proxy) Fail(match func(Call) bool, fault Fault) *Injection {
	return p.inject(&Injection{matches: match, fault: &fault})
}

// FailNth does the fault to the nth call, counted from 1 from now on among those that
// match all filters. The attempt that an SDK makes next is another call, and passes.
func (p *Proxy) FailNth(n int, fault Fault, filters ...func(Call) bool) *Injection {
	return p.inject(&Injection{matches: nthAmong(filters, func(i int) bool { return i == n }), fault: &fault})
}

// FailFrom does the fault to the nth call and all after it, counted as by [Proxy.FailNth]:
// from there on nothing comes through, as if the process or the network had died.
func (p *Proxy) FailFrom(n int, fault Fault, filters ...func(Call) bool) *Injection {
	return p.inject(&Injection{matches: nthAmong(filters, func(i int) bool { return i >= n }), fault: &fault})
}

// Before runs f before a matching call (nil: any) goes on to AWS, while its caller waits: the moment
// at which another writer changes something. Calls that f makes through [AWS] are not seen
// by the proxy. An injection that fails the call and was made earlier comes first.
func (p *Proxy) Before(match func(Call) bool, f func(Call)) *Injection {
	return p.inject(&Injection{matches: match, before: f})
}

// After lets f write the answers to matching calls (nil: any) anew: what AWS would say and the
// emulator cannot. f gets the body of the emulator's answer and gives the one that is passed on,
// with status 200.
func (p *Proxy) After(match func(Call) bool, f func(call Call, body []byte) []byte) *Injection {
	return p.inject(&Injection{matches: match, after: f})
}

func (p *Proxy) inject(i *Injection) *Injection {
	p.mu.Lock()
	defer p.mu.Unlock()
	i.proxy = p
	if i.matches == nil {
		i.matches = func(Call) bool { return true }
	}
	p.injections = append(p.injections, i)
	return i
}

// nthAmong counts the calls that match; its matcher is called once for each call, under
// the proxy's lock.
func nthAmong(filters []func(Call) bool, concerned func(i int) bool) func(Call) bool {
	count := 0
	return func(call Call) bool {
		if !matchesAll(call, filters) {
			return false
		}
		count++
		return concerned(count)
	}
}

func matchesAll(call Call, filters []func(Call) bool) bool {
	return !slices.ContainsFunc(filters, func(matches func(Call) bool) bool { return !matches(call) })
}

// answer is a whole HTTP answer, held in memory.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ServeHTTP passes a call on to the emulator.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the caller is gone
	}
	call, joined, before, after, fault := p.begin(parseCall(r, body))
	defer p.leave()
	if before != nil {
		before(*call)
	}
	result, answered := p.result(r, call, fault)
	if after != nil && fault == nil {
		result.status, result.body = http.StatusOK, after(*call, result.body)
		result.header.Del("Content-Length")
	}
	// The end is recorded before the caller can read the answer and begin the next call.
	p.end(r.Context(), call, joined, result.status)
	if !answered {
		panic(http.ErrAbortHandler) // closes the connection without an answer
	}
	for name, values := range result.header {
		w.Header()[name] = values
	}
	w.WriteHeader(result.status)
	_, _ = w.Write(result.body) // a caller that has gone away is no fault of the proxy
}

// result is the answer to a call, by AWS or by a fault; answered is false if it gets none.
func (p *Proxy) result(r *http.Request, call *Call, fault *Fault) (result answer, answered bool) {
	if fault == nil {
		return p.forward(r, call.Body), true
	}
	if fault.after {
		p.forward(r, call.Body)
	}
	if fault.then != nil {
		fault.then()
	}
	switch fault.kind {
	case faultDrop:
		return answer{}, false
	case faultHang:
		select {
		case <-r.Context().Done():
		case <-p.closed:
		}
		return answer{}, false
	default:
		return fault.answer(*call), true
	}
}

// begin records a call and decides what happens to it. It joins the wave, if answers are
// held back.
func (p *Proxy) begin(call Call) (recorded *Call, joined *wave, before func(Call), after func(Call, []byte) []byte, fault *Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underWay++
	call.Begin = p.tick()
	call.Index = len(p.calls) + 1
	p.calls = append(p.calls, &call)
	for _, injection := range p.injections {
		// Every matcher sees every call: those that count must not miss one.
		if injection.stopped || !injection.matches(call) {
			continue
		}
		switch {
		case injection.fault != nil && fault == nil:
			fault = injection.fault
		case injection.before != nil && before == nil && fault == nil:
			before = injection.before
		case injection.after != nil && after == nil:
			after = injection.after
		default:
			continue
		}
		injection.hits++
	}
	// A call that never ends must not keep the others waiting.
	if fault == nil || fault.kind != faultHang {
		joined = p.joinWave()
	}
	return &call, joined, before, after, fault
}

func (p *Proxy) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.underWay--; p.underWay == 0 {
		p.idle.Broadcast()
	}
}

// end records the end of a call, with those of its wave if it is in one.
func (p *Proxy) end(ctx context.Context, call *Call, joined *wave, status int) {
	p.mu.Lock()
	if joined == nil {
		call.End, call.Status = p.tick(), status
		p.mu.Unlock()
		return
	}
	joined.held = append(joined.held, heldCall{call, status})
	p.mu.Unlock()
	select {
	case <-joined.released:
	case <-ctx.Done():
	case <-p.closed:
	}
}

// tick must be called with the proxy locked.
func (p *Proxy) tick() int {
	p.clock++
	return p.clock
}

// wave is a number of calls whose answers are held back together.
type wave struct {
	begun     int
	lastBegin time.Time
	held      []heldCall // those that AWS has answered
	timer     *time.Timer
	released  chan struct{}
}

type heldCall struct {
	call   *Call
	status int
}

// joinWave must be called with the proxy locked.
func (p *Proxy) joinWave() *wave {
	if p.latency == 0 {
		return nil
	}
	if p.wave == nil {
		opened := &wave{released: make(chan struct{})}
		opened.timer = time.AfterFunc(p.latency, func() { p.release(opened) })
		p.wave = opened
	}
	p.wave.begun++
	p.wave.lastBegin = time.Now()
	return p.wave
}

// release ends the calls of a wave, unless one is still with AWS or one has begun of late;
// then it comes again later.
func (p *Proxy) release(w *wave) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if remaining := time.Until(w.lastBegin.Add(p.latency)); remaining > 0 || len(w.held) < w.begun {
		w.timer.Reset(max(remaining, time.Millisecond))
		return
	}
	for _, held := range w.held {
		held.call.End, held.call.Status = p.tick(), held.status
	}
	p.wave = nil
	close(w.released)
}

// emulatorTransport closes a connection before the emulator does, which would lose a call that
// goes out just then. It uses no HTTP proxy whatever the environment says: tests set proxy
// variables.
var emulatorTransport = &http.Transport{Proxy: nil, DisableCompression: true, MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}

func (p *Proxy) forward(r *http.Request, body []byte) answer {
	p.mu.Lock()
	played := p.played
	p.mu.Unlock()
	if played != nil {
		return play(played, r, body)
	}
	return forward(r, p.upstream, p.account, body)
}

// pass carries a request to upstream and reads its answer. A caller that gives up
// changes nothing, as on AWS: a request that has arrived is carried out.
func pass(r *http.Request, upstream, account string, body []byte) answer {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), upstreamLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, r.Method, upstream+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return unreachable(err)
	}
	request.Header = r.Header.Clone()
	request.Host = r.Host
	request.Header.Del(accountHeader)
	if account != "" {
		request.Header.Set(accountHeader, account)
	}
	response, err := emulatorTransport.RoundTrip(request)
	if err != nil {
		return unreachable(err)
	}
	defer response.Body.Close()
	answered, err := io.ReadAll(response.Body)
	if err != nil {
		return unreachable(err)
	}
	header := response.Header.Clone()
	for _, hop := range []string{"Connection", "Keep-Alive", "Transfer-Encoding"} {
		header.Del(hop)
	}
	if r.Method != http.MethodHead {
		header.Set("Content-Length", strconv.Itoa(len(answered)))
	}
	return answer{status: response.StatusCode, header: header, body: answered}
}

// unreachable is not one of AWS's answers on purpose: it means that the emulator died.
func unreachable(err error) answer {
	return answer{
		status: http.StatusBadGateway,
		header: http.Header{"Content-Type": {"text/plain"}},
		body:   []byte("acctest: the emulator cannot be reached: " + err.Error()),
	}
}
