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

// faultKind is a fault of one call of an operation.
type faultKind struct {
	name  string
	fault acctest.Fault
	// changing: the fault is only for calls that change something. For a call that reads, a lost response is the same
	// as a dropped connection.
	changing bool
	// lasting: the fault lasts until the operation ends, so that the rollback may fail too.
	lasting bool
	// everything: the fault is on that call and all later ones.
	everything bool
	// passes: the operation succeeds in spite of the fault.
	passes bool
	// sentAgain: a call without a response is sent again, as by default. With all other faults a call has one
	// attempt, which stands for the last one.
	sentAgain bool
	// reading: the fault is only for calls that read. A call that changes something has taken effect, and its
	// response may not be needed.
	reading bool
	// gaveUp: the operation is interrupted while the call waits for its response, and the response does not come in
	// the time that the provider then waits.
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

// distinct reports whether the fault is one of three that differ in what they leave: nothing, the effect of the call,
// and what is not known.
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

// inject puts the fault on the nth call of those that match; giveUp interrupts the operation.
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
	// around creates what belongs to others: a consumer's role, a queue.
	around func(t *testing.T, h *faultHarness)
	// made are the arguments of a resource with all kinds of parts.
	made    func(h faultHarness) values
	changes []faultChange
	// variants are other resources to create and destroy.
	variants []faultVariant
	// imported is the import id; nil if the resource has no import.
	imported func(h faultHarness) string
	// more are operations that only this resource has.
	more []faultOperation
	// steady: after a change that is reverted, the account has exactly what it had before.
	steady bool
}

// faultVariant is a resource with other arguments.
type faultVariant struct {
	name string
	// made are arguments that replace those of the subject.
	made func(h faultHarness) values
	// prepare creates what belongs to others, and stays.
	prepare func(h faultHarness)
	// later changes something after the create.
	later func(h faultHarness)
	// kept is that of [faultChange].
	kept func(h faultHarness, changed bool)
	// creates: its create makes other calls too, and not only its destroy.
	creates bool
}

// faultChange is an update in place, or a replacement.
type faultChange struct {
	name string
	// before are arguments over those of made, applied one after the other before the change; to are those of the
	// change, over the last of them.
	before func(h faultHarness) []values
	to     func(h faultHarness) values
	// prepare creates what belongs to others, for this change only.
	prepare func(h faultHarness)
	// kept checks and removes what stays after the destroy, because it belongs to the user by then. It must exist if
	// the change has succeeded in the end.
	kept func(h faultHarness, changed bool)
	// oneWay: the change cannot be reverted, because the part that it gives up, or that it creates, belongs to the
	// user then.
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
	// others is the prefix of the names of what belongs to others.
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

// arguments are those of made, with others over them.
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

// must is the result of an operation that must succeed.
func (h faultHarness) must(state resourceState, err error) resourceState {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
	return state
}

// empty checks that the account is as it was without the unit.
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
			h.t.Errorf("%s: deleted, though it belongs to others: %s", when, line)
		}
	}
}

// asBefore checks that the account has what it had before the operation.
func (h faultHarness) asBefore(when string) {
	h.t.Helper()
	if have := acctest.Holdings(h.t); h.subject.steady && !slices.Equal(have, h.before) {
		h.t.Errorf("%s: before there was %q, now there is %q", when, h.before, have)
	}
}

// done checks that an operation which succeeded is complete, before the next apply.
func (h faultHarness) done(state resourceState, err error, arguments values) {
	h.t.Helper()
	if err == nil {
		h.mustPlanNothing(state, arguments)
	}
}

// goOn refreshes and applies arguments, as the next run of Terraform does; then the plan must be empty.
func (h faultHarness) goOn(state resourceState, arguments values) resourceState {
	h.t.Helper()
	if state.exists() {
		state = h.must(h.refresh(state))
	}
	state = h.must(h.applyOrReplace(state, arguments))
	h.mustPlanNothing(state, arguments)
	return state
}

// gone refreshes and destroys.
func (h faultHarness) gone(state resourceState) {
	h.t.Helper()
	if state.exists() {
		state = h.must(h.refresh(state))
	}
	if state.exists() {
		h.must(h.destroy(state))
	}
}

// taintedGone refreshes and destroys without private state, as Terraform does when it replaces a tainted resource.
func (h faultHarness) taintedGone(state resourceState) {
	h.t.Helper()
	if state.exists() {
		state = h.must(h.refresh(state))
	}
	if state.exists() {
		h.must(h.destroy(state.withoutPrivate()))
	}
}

// failedCreate is the state after a create that fails and cannot be rolled back, under faults.
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

// key identifies a call of an operation, the same for units of all names.
func (h faultHarness) key(c acctest.Call) string {
	words := []string{c.String()}
	for _, field := range []string{
		"RoleName", "PolicyName", "PolicyArn", "cluster", "clusterName", "taskDefinition", "familyPrefix", "logGroupName", "resourceArn", "ResourceARN", "QueueName", "QueueUrl", "TopicArn",
	} {
		if v := c.Field(field); v != "" {
			words = append(words, field+"="+v[strings.LastIndexByte(v, '/')+1:])
		}
	}
	key := strings.Join(words, " ")
	for _, r := range []struct{ old, new string }{{h.name, "NAME"}, {h.others, "OTHERS"}, {h.place.Account, "ACCOUNT"}, {"/", ":"}, {"%3A", ":"}, {"%2F", ":"}} {
		key = strings.ReplaceAll(key, r.old, r.new)
	}
	return hashedRule.ReplaceAllString(hashedSid.ReplaceAllString(key, "SID"), "EventsToLogs-HASH")
}

// hashedRule is the rule of the event history of a cluster: its name has a hash of the cluster's ARN.
var hashedRule = regexp.MustCompile(`EventsToLogs-[A-Za-z0-9-]+`)

// hashedSid is the id of a statement on a function: it has a hash of the rule's ARN.
var hashedSid = regexp.MustCompile(`DockerTask[0-9a-f]{16}`)

// faultCall is a call that an operation makes.
type faultCall struct {
	key string
	nth int // of its key
	// changing reports whether it changes something in AWS.
	changing bool
}

func (c faultCall) String() string {
	if c.nth == 1 {
		return c.key
	}
	return fmt.Sprintf("%s %d", c.key, c.nth)
}

// calls are those that the proxy received, sorted.
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

// faultOperation is an operation that runs with faults.
type faultOperation struct {
	name    string
	variant faultVariant
	// prepare creates what must exist before.
	prepare func(h faultHarness) resourceState
	run     func(h faultHarness, before resourceState) (resourceState, error)
	endings []faultEnding
	// reads: the operation must not change anything, so one unit is enough for all faults.
	reads bool
}

// faultEnding is what the test does after the fault.
type faultEnding struct {
	name     string
	concerns func(f faultKind, c faultCall) bool
	// finish ends with nothing left in the account.
	finish func(h faultHarness, f faultKind, before, after resourceState, err error)
}

// faultPoint is one run of an operation with a fault.
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
	// A new process: the old one has cached a queue's policy that another may have changed since.
	h.protocolClient = newProtocolClient(h.t, h.typeName, p.kind.provider())
	h.proxy.Reset()
	before := o.prepare(h)
	h.before = acctest.Holdings(h.t)
	h.proxy.Reset()
	after, err := o.withFault(h, before, p)
	p.ending.finish(h, p.kind, before, after, err)
	h.empty("in the end")
}

// withFault runs the operation with the fault.
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

// tryReading tries all points with the same unit, because nothing may change.
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
				t.Errorf("an operation that only reads has changed something: before %v, now %v", have, now)
			}
		})
	}
	h.proxy.Reset()
	o.endings[0].finish(h, faultKind{passes: true}, before, before, nil)
	h.empty("in the end")
}
