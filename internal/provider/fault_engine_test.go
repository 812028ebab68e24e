package provider_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// faultStrides are the forms in which the faults are tried: every point, or every seventh, and so
// on. As the number of a point is counted over calls, faults and endings, a stride that divides
// none of their numbers meets each of them; and the points of a form are always the same.
var faultStrides = map[string]int{"all": 1, "most": 7, "few": 97}

var faultForm = flag.String("faults", "few", "how many points of the faults to try: all, most or few")

// faultKind is what befalls one call of an operation.
type faultKind struct {
	name  string
	fault acctest.Fault
	// changing: it makes a difference only to calls that change something. To one that reads, a
	// lost answer is the same as a dropped connection.
	changing bool
	// lasting: it goes on until the operation ends, so that undoing may fail too.
	lasting bool
	// everything: it befalls all calls from that one on.
	everything bool
	// passes: the provider gets over it, and nobody notices.
	passes bool
	// sentAgain: what is not answered is sent again, as by default; in all others a call has one
	// attempt, which stands for the last of them.
	sentAgain bool
	// reading: it makes a difference only to calls that read. One that changes something has taken effect, and
	// may have no answer to look at.
	reading bool
	// gaveUp: the operation is told to stop while the call waits for its answer, and the provider
	// has waited in vain for as long as it then does.
	gaveUp bool
}

var faultKinds = []faultKind{
	{name: "server error", fault: acctest.ServerError},
	{name: "throttled", fault: acctest.Throttling, passes: true},
	{name: "access denied", fault: acctest.AccessDenied, lasting: true},
	{name: "connection dropped", fault: acctest.ConnectionDropped},
	{name: "answer lost", fault: acctest.AnswerLost, changing: true},
	{name: "answer lost, sent again", fault: acctest.AnswerLost, changing: true, passes: true, sentAgain: true},
	{name: "page of HTML", fault: acctest.AnswerHTML},
	{name: "blank answer", fault: acctest.AnswerBlank, reading: true},
	{name: "empty answer", fault: acctest.AnswerEmpty, reading: true},
	{name: "no answer", fault: acctest.ConnectionDropped, gaveUp: true},
	{name: "no answer to what took effect", fault: acctest.AnswerLost, changing: true, gaveUp: true},
	{name: "network gone", fault: acctest.ConnectionDropped, lasting: true, everything: true},
}

// distinct are those that differ in what they leave: nothing, something, and nobody knows what.
func (f faultKind) distinct() bool {
	return f.name == "access denied" || f.name == "answer lost" || f.everything
}

// provider are the arguments of the provider.
func (f faultKind) provider() values {
	if f.sentAgain {
		return values{"max_retries": 2}
	}
	return nil
}

// inject inject the nth call of those that match; giveUp ends the operation's time.
func (f faultKind) inject(p *acctest.Proxy, nth int, matches func(acctest.Call) bool, giveUp func()) *acctest.Injection {
	fault := f.fault
	if f.gaveUp {
		fault = fault.Then(giveUp)
	}
	switch {
	case f.everything:
		begun := false
		is := once(nth, matches)
		return p.Fail(func(c acctest.Call) bool {
			begun = is(c) || begun
			return begun
		}, fault)
	case f.lasting:
		return p.FailFrom(nth, fault, matches)
	case f.passes:
		return p.FailNth(nth, fault, matches)
	}
	return p.Fail(once(nth, matches), fault)
}

// once matches the nth invocation of those that match, with all its attempts: net/http itself
// sends a GET again whose connection is dropped.
func once(nth int, matches func(acctest.Call) bool) func(acctest.Call) bool {
	var seen []string
	return func(c acctest.Call) bool {
		if !matches(c) {
			return false
		}
		if !slices.Contains(seen, c.Invocation) {
			seen = append(seen, c.Invocation)
		}
		return slices.Index(seen, c.Invocation) == nth-1
	}
}

// subject is a resource type under faults.
type subject struct {
	typeName string
	// around makes what is somebody else's: a consumer's role, a queue.
	around func(t *testing.T, h *faultHarness)
	// made are the arguments of one that has something of everything.
	made    func(h faultHarness) values
	changes []faultChange
	// variants are other ones to make and to destroy.
	variants []faultVariant
	// imported is the import id; nil where there is no import.
	imported func(h faultHarness) string
	// more operations than all resources have.
	more []faultOperation
	// steady: what it makes has one form, so that after a change that is taken back the account has
	// just what it had before.
	steady bool
}

// faultVariant is one that is made in another way.
type faultVariant struct {
	name string
	// made are arguments over those of the subject.
	made func(h faultHarness) values
	// prepare makes what is somebody else's, and stays.
	prepare func(h faultHarness)
	// later changes something once it is made.
	later func(h faultHarness)
	// kept is as of a change.
	kept func(h faultHarness, changed bool)
	// creates: the way to make it is another one too, and not only the way to destroy it.
	creates bool
}

// faultChange is a kind of change in place, or a replacement.
type faultChange struct {
	name string
	// before are arguments over those of made, applied one after the other before the change; to
	// are those of the change, over the last of them.
	before func(h faultHarness) []values
	to     func(h faultHarness) values
	// prepare makes what is somebody else's for this change only.
	prepare func(h faultHarness)
	// kept looks at what stays after the destroy, as it is the user's by then, and removes it. It
	// has to be there if the change was made in the end.
	kept func(h faultHarness, changed bool)
	// oneWay: once it is made it cannot be taken back, as what it gave up is the user's, or what
	// it made would stay as the user's.
	oneWay   bool
	replaces bool
}

// faultHarness is one unit under a provider whose calls fail on purpose.
type faultHarness struct {
	protocolClient
	subject *subject
	variant faultVariant
	cloud   *acctest.Cloud
	proxy   *acctest.Proxy
	place   arn.Place
	name    string
	// others begins the names of what is somebody else's.
	others string
	// baseline is what the account has without the unit.
	baseline []string
	// before is what the account has before the operation.
	before []string
}

func newFaultHarness(t *testing.T, s *subject, v faultVariant) faultHarness {
	t.Helper()
	acctest.PreCheck(t)
	proxy := acctest.NewProxy(t)
	h := faultHarness{
		protocolClient: newProtocolClient(t, s.typeName, nil), subject: s, variant: v, cloud: acctest.AWS(t), proxy: proxy, place: placeOf(t),
		others: acctest.RandomName(t),
	}
	if s.around != nil {
		s.around(t, &h)
	}
	return h.another(t)
}

// another is another unit in the same account.
func (h faultHarness) another(t *testing.T) faultHarness {
	t.Helper()
	h.protocolClient, h.cloud = h.with(t), acctest.AWS(t)
	h.name = acctest.RandomName(t)
	if h.variant.prepare != nil {
		h.variant.prepare(h)
	}
	h.baseline = acctest.Holdings(t)
	return h
}

// arguments are those of made with others over them.
func (h faultHarness) arguments(more ...values) values {
	out := h.subject.made(h)
	if h.variant.made != nil {
		more = slices.Insert(more, 0, h.variant.made(h))
	}
	for _, m := range more {
		for name, v := range m {
			out[name] = v
		}
	}
	return out
}

// must takes the result of an operation that has to succeed.
func (h faultHarness) must(state resourceState, err error) resourceState {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	return state
}

// empty looks whether the account is as it was without the unit.
func (h faultHarness) empty(when string) {
	h.t.Helper()
	have := acctest.Holdings(h.t)
	for _, line := range have {
		if !slices.Contains(h.baseline, line) {
			h.t.Errorf("%s: left behind: %s", when, line)
		}
	}
	for _, line := range h.baseline {
		if !slices.Contains(have, line) {
			h.t.Errorf("%s: gone, though it is somebody else's: %s", when, line)
		}
	}
}

// asBefore looks whether the account has what it had before the operation.
func (h faultHarness) asBefore(when string) {
	h.t.Helper()
	if have := acctest.Holdings(h.t); h.subject.steady && !slices.Equal(have, h.before) {
		h.t.Errorf("%s: before there was %q, now there is %q", when, h.before, have)
	}
}

// done looks whether what succeeded is done, before anything makes it good.
func (h faultHarness) done(state resourceState, err error, arguments values) {
	h.t.Helper()
	if err == nil {
		h.mustPlanNothing(state, arguments)
	}
}

// goOn refreshes what there is and applies arguments, as the next run of Terraform does; then
// there has to be nothing more to do.
func (h faultHarness) goOn(state resourceState, arguments values) resourceState {
	h.t.Helper()
	if state.exists() {
		state = h.must(h.refresh(state))
	}
	state = h.must(h.applyOrReplace(state, arguments))
	h.mustPlanNothing(state, arguments)
	return state
}

// gone destroys what there is.
func (h faultHarness) gone(state resourceState) {
	h.t.Helper()
	if state.exists() {
		state = h.must(h.refresh(state))
	}
	if state.exists() {
		h.must(h.destroy(state))
	}
}

// taintedGone destroys what is tainted, as Terraform does that replaces it.
func (h faultHarness) taintedGone(state resourceState) {
	h.t.Helper()
	if state.exists() {
		state = h.must(h.refresh(state))
	}
	if state.exists() {
		h.must(h.destroy(state.withoutPrivate()))
	}
}

// failedCreate is what a create leaves that fails and cannot be undone either, under inject.
func (h faultHarness) failedCreate(inject func(p *acctest.Proxy), more ...values) resourceState {
	h.t.Helper()
	inject(h.proxy)
	state, err := h.apply(h.nothing(), h.arguments(more...))
	if err == nil || !state.exists() {
		h.t.Fatalf("the create left nothing, or succeeded: %v", err)
	}
	h.proxy.Reset()
	return state
}

// key tells the calls of an operation apart, the same way for units of all names.
func (h faultHarness) key(c acctest.Call) string {
	words := []string{c.String()}
	for _, field := range []string{
		"RoleName", "PolicyName", "PolicyArn", "taskDefinition", "familyPrefix", "logGroupName", "resourceArn", "ResourceARN", "QueueName", "QueueUrl", "TopicArn",
	} {
		if v := c.Field(field); v != "" {
			words = append(words, field+"="+v[strings.LastIndexByte(v, '/')+1:])
		}
	}
	key := strings.Join(words, " ")
	for _, r := range []struct{ old, new string }{{h.name, "NAME"}, {h.others, "OTHERS"}, {h.place.Account, "ACCOUNT"}, {"/", ":"}, {"%3A", ":"}, {"%2F", ":"}} {
		key = strings.ReplaceAll(key, r.old, r.new)
	}
	return hashedSid.ReplaceAllString(key, "SID")
}

// hashedSid is the id of a statement on a function, which has a hash of the rule's ARN.
var hashedSid = regexp.MustCompile(`DockerTask[0-9a-f]{16}`)

// faultCall is a call that an operation makes.
type faultCall struct {
	key string
	nth int // of its key
	// changing tells that it changes something in AWS.
	changing bool
}

func (c faultCall) String() string {
	if c.nth == 1 {
		return c.key
	}
	return fmt.Sprintf("%s %d", c.key, c.nth)
}

// calls are those that the proxy saw, sorted.
func (h faultHarness) calls() []faultCall {
	var out []faultCall
	var invocations []string
	count := map[string]int{}
	for _, c := range h.proxy.Calls() {
		if slices.Contains(invocations, c.Invocation) {
			continue
		}
		invocations = append(invocations, c.Invocation)
		key := h.key(c)
		count[key]++
		out = append(out, faultCall{key: key, nth: count[key], changing: c.Mutating()})
	}
	slices.SortFunc(out, func(a, b faultCall) int { return cmp.Or(strings.Compare(a.key, b.key), a.nth-b.nth) })
	return out
}

// faultOperation is what is withFault.
type faultOperation struct {
	name    string
	variant faultVariant
	// prepare makes what has to be there before.
	prepare func(h faultHarness) resourceState
	run     func(h faultHarness, before resourceState) (resourceState, error)
	endings []faultEnding
	// reads: it must not change anything, so one unit does for all faults.
	reads bool
}

// faultEnding is how things go on after the harm.
type faultEnding struct {
	name     string
	concerns func(f faultKind, c faultCall) bool
	// finish leaves nothing behind.
	finish func(h faultHarness, f faultKind, before, after resourceState, err error)
}

// faultPoint is one try.
type faultPoint struct {
	call   faultCall
	kind   faultKind
	ending faultEnding
}

func (o faultOperation) points(calls []faultCall) []faultPoint {
	var out []faultPoint
	for _, c := range calls {
		for _, f := range faultKinds {
			if f.changing && !c.changing || f.reading && c.changing {
				continue
			}
			for _, e := range o.endings {
				if e.concerns == nil || e.concerns(f, c) {
					out = append(out, faultPoint{c, f, e})
				}
			}
		}
	}
	return out
}

// try tries all points of an operation that the form asks for.
func (o faultOperation) try(t *testing.T, s *subject, table *faultTable) {
	t.Helper()
	h := newFaultHarness(t, s, o.variant)
	before := o.prepare(h)
	h.proxy.Reset()
	after := h.must(o.run(h, before))
	calls := h.calls()
	if len(calls) == 0 {
		t.Fatal("no calls were seen")
	}
	if o.reads {
		after = before
	}
	h.proxy.Reset()
	o.endings[0].finish(h, faultKind{passes: true}, before, after, nil)
	h.empty("without a fault")

	stride := faultStrides[*faultForm]
	points := o.points(calls)
	byCall := map[faultCall][]faultPoint{}
	tried := 0
	for i, p := range points {
		if i%stride == 0 {
			byCall[p.call] = append(byCall[p.call], p)
			tried++
		}
	}
	table.add(faultRow{resource: s.typeName, operation: o.name, calls: calls, points: len(points), tried: tried})
	for _, c := range calls {
		if len(byCall[c]) == 0 {
			continue
		}
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			h := newFaultHarness(t, s, o.variant)
			if o.reads {
				o.tryReading(t, h, byCall[c])
				return
			}
			for _, p := range byCall[c] {
				t.Run(p.kind.name+"/"+p.ending.name, func(t *testing.T) { o.tryPoint(h.another(t), p) })
			}
		})
	}
}

func (o faultOperation) tryPoint(h faultHarness, p faultPoint) {
	h.t.Helper()
	// What a process remembers of a queue's policy, another may have changed since.
	h.protocolClient = newProtocolClient(h.t, h.typeName, p.kind.provider())
	h.proxy.Reset()
	before := o.prepare(h)
	h.before = acctest.Holdings(h.t)
	h.proxy.Reset()
	after, err := o.withFault(h, before, p)
	p.ending.finish(h, p.kind, before, after, err)
	h.empty("in the end")
}

// withFault runs the operation with the harm.
func (o faultOperation) withFault(h faultHarness, before resourceState, p faultPoint) (resourceState, error) {
	h.t.Helper()
	ctx, giveUp := context.WithCancel(h.t.Context())
	defer giveUp()
	injected := p.kind.inject(h.proxy, p.call.nth, func(c acctest.Call) bool { return h.key(c) == p.call.key }, giveUp)
	within := h
	within.ctx = ctx
	after, err := o.run(within, before)
	if injected.Hits() == 0 {
		h.t.Error("the call was not made")
	}
	if p.kind.passes && err != nil {
		h.t.Errorf("it should be got over: %v", err)
	}
	h.proxy.Reset()
	return after, err
}

// tryReading tries all points with the same unit, as nothing may change.
func (o faultOperation) tryReading(t *testing.T, h faultHarness, points []faultPoint) {
	t.Helper()
	before := o.prepare(h)
	have := acctest.Holdings(t)
	for _, p := range points {
		t.Run(p.kind.name, func(t *testing.T) {
			h := h
			h.protocolClient = h.with(t)
			h.proxy.Reset()
			if _, err := o.withFault(h, before, p); err == nil && !p.kind.passes {
				t.Error("it did not fail")
			}
			if now := acctest.Holdings(t); !slices.Equal(now, have) {
				t.Errorf("what only reads has changed something: before %v, now %v", have, now)
			}
		})
	}
	h.proxy.Reset()
	o.endings[0].finish(h, faultKind{passes: true}, before, before, nil)
	h.empty("in the end")
}
