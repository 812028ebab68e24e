package provider_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// protocolClient does to one resource what Terraform's core does, in this process and one RPC at a
// time: for tests that count calls, or fail every one of them.
type protocolClient struct {
	t testing.TB
	// ctx is that of the calls, if it is not the test's.
	ctx      context.Context
	server   tfprotov6.ProviderServer
	schemas  *tfprotov6.GetProviderSchemaResponse
	typeName string
	typ      tftypes.Object
	computed map[string]bool
	// said collects the warnings of applies, if not nil.
	said *[]string
}

// arguments of a resource or provider: strings, numbers, booleans, lists and maps of them.
type values map[string]any

// resourceState is what core keeps of a resource between two operations.
type resourceState struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

func (s resourceState) exists() bool { return !s.value.IsNull() }

// withoutPrivate is what Terraform passes of a tainted resource that it replaces (plan in
// internal/terraform/node_resource_abstract_instance.go of Terraform 1.16).
func (s resourceState) withoutPrivate() resourceState {
	s.private = nil
	return s
}

// newProtocolClient configures a provider for the test's account, with further arguments, and works
// with one of its resource types.
func newProtocolClient(t testing.TB, typeName string, more values) protocolClient {
	t.Helper()
	return newCoreOf(t, factories["docker"], typeName, more)
}

func newCoreOf(t testing.TB, factory func() (tfprotov6.ProviderServer, error), typeName string, more values) protocolClient {
	t.Helper()
	c, err := configuredCore(t.Context(), t, factory, typeName, more)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// configuredCore is newCoreOf where configuring the provider may fail.
func configuredCore(ctx context.Context, t testing.TB, factory func() (tfprotov6.ProviderServer, error), typeName string, more values) (protocolClient, error) {
	t.Helper()
	server, err := factory()
	if err != nil {
		t.Fatal(err)
	}
	config := values{"region": acctest.Region(), "max_retries": 1}
	for _, variable := range acctest.Environment(t) {
		name, value, _ := strings.Cut(variable, "=")
		switch name {
		case "AWS_ACCESS_KEY_ID":
			config["access_key"] = value
		case "AWS_SECRET_ACCESS_KEY":
			config["secret_key"] = value
		}
	}
	maps.Copy(config, more)
	c := protocolClient{t: t, server: server, schemas: schemasOf(ctx, t, server)}
	typ := c.schemas.Provider.ValueType()
	answer, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.16.0", Config: c.dynamic(typ, c.value(typ, config)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := failures(answer.Diagnostics); err != nil {
		return protocolClient{}, err
	}
	return c.of(typeName), nil
}

var schemas struct {
	sync.Mutex
	all *tfprotov6.GetProviderSchemaResponse
}

// schemasOf are the provider's schemas, which are the same of every instance and take a moment
// to build.
func schemasOf(ctx context.Context, t testing.TB, server tfprotov6.ProviderServer) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	schemas.Lock()
	defer schemas.Unlock()
	if schemas.all == nil {
		all, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			t.Fatal(err)
		}
		schemas.all = all
	}
	return schemas.all
}

// with works for another test, which has the same provider.
func (c protocolClient) with(t testing.TB) protocolClient {
	c.t = t
	return c
}

// of works with another resource type of the same configured provider.
func (c protocolClient) of(typeName string) protocolClient {
	c.t.Helper()
	schema := c.schemas.ResourceSchemas[typeName]
	if schema == nil {
		c.t.Fatalf("there is no %s", typeName)
	}
	typ, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		c.t.Fatalf("%s is a %s", typeName, schema.ValueType())
	}
	c.typeName, c.typ, c.computed = typeName, typ, map[string]bool{}
	for _, a := range schema.Block.Attributes {
		c.computed[a.Name] = a.Computed
	}
	return c
}

// value is a Go value as one of Terraform's; attributes that are left out are null.
func (c protocolClient) value(typ tftypes.Type, v any) tftypes.Value {
	c.t.Helper()
	if v == tftypes.UnknownValue {
		return tftypes.NewValue(typ, v)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		given, ok := v.(values)
		if v != nil && !ok {
			c.t.Fatalf("%v for an object", v)
		}
		if v == nil {
			return tftypes.NewValue(typ, nil)
		}
		out := map[string]tftypes.Value{}
		for name, at := range typ.AttributeTypes {
			out[name] = c.value(at, given[name])
		}
		for name := range given {
			if _, known := typ.AttributeTypes[name]; !known {
				c.t.Fatalf("there is no attribute %s", name)
			}
		}
		return tftypes.NewValue(typ, out)
	case tftypes.Map:
		given, ok := v.(values)
		if !ok {
			return tftypes.NewValue(typ, nil)
		}
		out := map[string]tftypes.Value{}
		for k, e := range given {
			out[k] = c.value(typ.ElementType, e)
		}
		return tftypes.NewValue(typ, out)
	case tftypes.List:
		return c.list(typ, typ.ElementType, v)
	case tftypes.Set:
		return c.list(typ, typ.ElementType, v)
	}
	return tftypes.NewValue(typ, v)
}

func (c protocolClient) list(typ, element tftypes.Type, v any) tftypes.Value {
	c.t.Helper()
	given, ok := v.([]any)
	if !ok && element.Is(tftypes.Object{}) && c.typ.AttributeTypes == nil {
		return tftypes.NewValue(typ, []tftypes.Value{}) // blocks of the provider that are left out
	}
	if !ok {
		return tftypes.NewValue(typ, nil)
	}
	out := make([]tftypes.Value, len(given))
	for i, e := range given {
		out[i] = c.value(element, e)
	}
	return tftypes.NewValue(typ, out)
}

func (c protocolClient) dynamic(typ tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	c.t.Helper()
	d, err := tfprotov6.NewDynamicValue(typ, v)
	if err != nil {
		c.t.Fatal(err)
	}
	return &d
}

func (c protocolClient) known(d *tfprotov6.DynamicValue) tftypes.Value {
	c.t.Helper()
	if d == nil {
		return c.nothing().value
	}
	v, err := d.Unmarshal(c.typ)
	if err != nil {
		c.t.Fatal(err)
	}
	return v
}

// nothing is the state of a resource that there is not.
func (c protocolClient) nothing() resourceState {
	return resourceState{value: tftypes.NewValue(c.typ, nil)}
}

func failures(diags []*tfprotov6.Diagnostic) error {
	var messages []string
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			messages = append(messages, d.Summary+": "+d.Detail)
		}
	}
	if messages == nil {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(messages, "\n"))
}

// config is what the arguments are in a configuration. Nested attributes that are left out
// are null, not empty.
func (c protocolClient) config(arguments values) tftypes.Value {
	c.t.Helper()
	out := map[string]tftypes.Value{}
	for name, typ := range c.typ.AttributeTypes {
		out[name] = tftypes.NewValue(typ, nil)
		if v, ok := arguments[name]; ok {
			out[name] = c.value(typ, v)
		}
	}
	return tftypes.NewValue(c.typ, out)
}

// plan is terraform plan without its refresh; the second result is false if the plan is empty. A replacement fails
// the test.
func (c protocolClient) plan(state resourceState, arguments values) (resourceState, bool, error) {
	c.t.Helper()
	to, differs, replaced, err := c.planOrReplace(state, arguments)
	if replaced {
		c.t.Fatal("has to be replaced")
	}
	return to, differs, err
}

// planOrReplace is a plan that may be one of a replacement.
func (c protocolClient) planOrReplace(state resourceState, arguments values) (to resourceState, differs, replaced bool, err error) {
	c.t.Helper()
	answer := c.planned(state, arguments)
	if err := failures(answer.Diagnostics); err != nil {
		return state, false, false, err
	}
	to = resourceState{value: c.known(answer.PlannedState), private: answer.PlannedPrivate, identity: answer.PlannedIdentity}
	return to, !to.value.Equal(state.value), state.exists() && len(answer.RequiresReplace) > 0, nil
}

// warnings are those of a plan, as "summary: detail".
func (c protocolClient) warnings(state resourceState, arguments values) []string {
	c.t.Helper()
	return warningsOf(c.planned(state, arguments).Diagnostics)
}

func (c protocolClient) planned(state resourceState, arguments values) *tfprotov6.PlanResourceChangeResponse {
	c.t.Helper()
	return c.plannedAs(state, c.config(arguments))
}

// plannedAs plans a configuration.
func (c protocolClient) plannedAs(state resourceState, config tftypes.Value) *tfprotov6.PlanResourceChangeResponse {
	c.t.Helper()
	answer, err := c.server.PlanResourceChange(c.context(), c.planRequest(state, config))
	if err != nil {
		c.t.Fatal(err)
	}
	return answer
}

func (c protocolClient) planRequest(state resourceState, config tftypes.Value) *tfprotov6.PlanResourceChangeRequest {
	c.t.Helper()
	return &tfprotov6.PlanResourceChangeRequest{
		TypeName: c.typeName, PriorState: c.dynamic(c.typ, state.value), PriorPrivate: state.private, PriorIdentity: state.identity,
		Config: c.dynamic(c.typ, config), ProposedNewState: c.dynamic(c.typ, c.proposed(state.value, config)),
	}
}

// proposed is what core proposes to the provider: the configuration, and for what it leaves
// to the provider the state of before.
func (c protocolClient) proposed(prior, config tftypes.Value) tftypes.Value {
	c.t.Helper()
	var before, out map[string]tftypes.Value
	if err := config.As(&out); err != nil {
		c.t.Fatal(err)
	}
	if !prior.IsNull() {
		if err := prior.As(&before); err != nil {
			c.t.Fatal(err)
		}
	}
	for name, v := range out {
		switch {
		case !v.IsNull() || !c.computed[name]:
		case before != nil:
			out[name] = before[name]
		default:
			out[name] = tftypes.NewValue(v.Type(), tftypes.UnknownValue)
		}
	}
	return tftypes.NewValue(c.typ, out)
}

// apply plans and applies. With an error the state is what the provider could save.
func (c protocolClient) apply(state resourceState, arguments values) (resourceState, error) {
	c.t.Helper()
	to, differs, err := c.plan(state, arguments)
	if err != nil || !differs {
		return state, err
	}
	return c.change(state, to, c.config(arguments))
}

func (c protocolClient) change(state, to resourceState, config tftypes.Value) (resourceState, error) {
	c.t.Helper()
	answer, err := c.server.ApplyResourceChange(c.context(), c.applyRequest(state, to, config))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.said != nil {
		*c.said = append(*c.said, warningsOf(answer.Diagnostics)...)
	}
	now := resourceState{value: c.known(answer.NewState), private: answer.Private, identity: answer.NewIdentity}
	if err := failures(answer.Diagnostics); err != nil {
		return now, err
	}
	if !now.value.IsFullyKnown() {
		c.t.Fatalf("unknown after apply: %s", now.value)
	}
	return now, nil
}

func (c protocolClient) applyRequest(state, to resourceState, config tftypes.Value) *tfprotov6.ApplyResourceChangeRequest {
	c.t.Helper()
	return &tfprotov6.ApplyResourceChangeRequest{
		TypeName: c.typeName, PriorState: c.dynamic(c.typ, state.value), PlannedState: c.dynamic(c.typ, to.value),
		Config: c.dynamic(c.typ, config), PlannedPrivate: to.private, PlannedIdentity: to.identity,
	}
}

func (c protocolClient) readRequest(state resourceState) *tfprotov6.ReadResourceRequest {
	c.t.Helper()
	return &tfprotov6.ReadResourceRequest{
		TypeName: c.typeName, CurrentState: c.dynamic(c.typ, state.value), Private: state.private, CurrentIdentity: state.identity,
	}
}

// applyOrReplace is an apply that destroys first what has to be replaced.
func (c protocolClient) applyOrReplace(state resourceState, arguments values) (resourceState, error) {
	c.t.Helper()
	to, differs, replaced, err := c.planOrReplace(state, arguments)
	switch {
	case err != nil || !differs:
		return state, err
	case !replaced:
		return c.change(state, to, c.config(arguments))
	}
	if state, err = c.destroy(state); err != nil {
		return state, err
	}
	return c.apply(c.nothing(), arguments)
}

// destroy destroys.
func (c protocolClient) destroy(state resourceState) (resourceState, error) {
	c.t.Helper()
	gone := c.nothing()
	gone.private, gone.identity = state.private, state.identity
	return c.change(state, gone, gone.value)
}

// refresh reads.
func (c protocolClient) refresh(state resourceState) (resourceState, error) {
	c.t.Helper()
	answer, err := c.server.ReadResource(c.context(), c.readRequest(state))
	if err != nil {
		c.t.Fatal(err)
	}
	if err := failures(answer.Diagnostics); err != nil {
		return state, err
	}
	return resourceState{value: c.known(answer.NewState), private: answer.Private, identity: answer.NewIdentity}, nil
}

// importWarnings are those of an import by id, as "summary: detail".
func (c protocolClient) importWarnings(id string) []string {
	c.t.Helper()
	answer, err := c.server.ImportResourceState(c.context(), &tfprotov6.ImportResourceStateRequest{TypeName: c.typeName, ID: id})
	if err != nil || len(answer.ImportedResources) != 1 {
		c.t.Fatal(err, answer)
	}
	one := answer.ImportedResources[0]
	read, err := c.server.ReadResource(c.context(), &tfprotov6.ReadResourceRequest{
		TypeName: c.typeName, CurrentState: one.State, Private: one.Private, CurrentIdentity: one.Identity,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return warningsOf(read.Diagnostics)
}

// warningsOf are the warnings among diagnostics, as "summary: detail".
func warningsOf(diags []*tfprotov6.Diagnostic) []string {
	var out []string
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			out = append(out, d.Summary+": "+d.Detail)
		}
	}
	return out
}

// mustLeave destroys. One warning has to name each of the parts that are left, and no other; none where none is.
func (c protocolClient) mustLeave(t *testing.T, state resourceState, parts ...string) {
	t.Helper()
	said := []string{}
	c.said = &said
	if _, err := c.destroy(state); err != nil {
		t.Fatal(err)
	}
	if len(parts) == 0 && len(said) > 0 || len(parts) > 0 && len(said) != 1 {
		t.Fatalf("the destroy says %q of %q", said, parts)
	}
	if len(parts) == 0 {
		return
	}
	var lines []string
	for _, line := range strings.Split(said[0], "\n") {
		if strings.HasPrefix(line, "- ") {
			lines = append(lines, line)
		}
	}
	for _, part := range parts {
		if !slices.ContainsFunc(lines, func(line string) bool {
			what, why, _ := strings.Cut(line, ": ")
			return strings.Contains(what, part) && why != ""
		}) {
			t.Errorf("the warning does not name %s: %s", part, said[0])
		}
	}
	if len(lines) != len(parts) {
		t.Errorf("the warning names %q, and left are %q", lines, parts)
	}
}

// imported imports by id and reads.
func (c protocolClient) imported(id string) (resourceState, error) {
	c.t.Helper()
	answer, err := c.server.ImportResourceState(c.context(), &tfprotov6.ImportResourceStateRequest{TypeName: c.typeName, ID: id})
	if err != nil {
		c.t.Fatal(err)
	}
	if err := failures(answer.Diagnostics); err != nil {
		return c.nothing(), err
	}
	if len(answer.ImportedResources) != 1 {
		c.t.Fatalf("%d resources imported", len(answer.ImportedResources))
	}
	one := answer.ImportedResources[0]
	return c.refresh(resourceState{value: c.known(one.State), private: one.Private, identity: one.Identity})
}

// mustPlanNothing refreshes and plans: there has to be nothing to do.
func (c protocolClient) mustPlanNothing(state resourceState, arguments values) {
	c.t.Helper()
	seen, err := c.refresh(state)
	if err != nil {
		c.t.Fatal(err)
	}
	to, differs, err := c.plan(seen, arguments)
	if err != nil {
		c.t.Fatal(err)
	}
	if differs {
		diffs, _ := seen.value.Diff(to.value)
		c.t.Errorf("the plan is not empty: %v", diffs)
	}
}

// data reads a data source.
func (c protocolClient) data(typeName string, arguments values) error {
	c.t.Helper()
	typ, ok := c.schemas.DataSourceSchemas[typeName].ValueType().(tftypes.Object)
	if !ok {
		c.t.Fatalf("there is no data source %s", typeName)
	}
	c.typ = typ
	answer, err := c.server.ReadDataSource(c.context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: typeName, Config: c.dynamic(typ, c.config(arguments)),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return failures(answer.Diagnostics)
}

func (c protocolClient) context() context.Context {
	if c.ctx != nil {
		return c.ctx
	}
	return c.t.Context()
}
