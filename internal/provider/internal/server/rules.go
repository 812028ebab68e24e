package server

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// frameworkServer is what the framework makes of a provider.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// ruleServer stands between Terraform and the framework and holds rules that are the same for every
// attribute of every schema:
//
//   - A null in a map is left out: it says no more than an attribute that is not set. The framework
//     never sees it; plans and states keep it, since Terraform compares them with the configuration.
//   - A null in a list or set is an error, for it has no such meaning there.
//   - A number is a whole number of 64 bits. The framework calls any other one a fault of the provider.
//   - A nested object in which nothing is set is questioned: Terraform drops the misspelt attributes of a
//     nested object without a word.
type ruleServer struct {
	frameworkServer
	// direct is the server of plans, applies and reads, and kinds are what it serves, by name.
	direct   frameworkServer
	kinds    map[string]*kind
	provider Provider

	mu    sync.Mutex
	types map[string]tftypes.Type // of what is not direct, by kind and name
}

// Provider is a provider that can be served.
type Provider interface {
	provider.Provider
	// ResourceData is what Configure has given to the resources; nil before.
	ResourceData() any
}

// New serves a provider.
func New(p Provider) tfprotov6.ProviderServer { return edgeServer{newRuleServer(p)} }

func newRuleServer(p Provider) *ruleServer {
	ctx := context.Background()
	s := &ruleServer{frameworkServer: serverOf(p), kinds: map[string]*kind{}, provider: p, types: map[string]tftypes.Type{}}
	for _, newOne := range p.Resources(ctx) {
		s.kinds[resourceName(ctx, p, newOne())] = newKind(ctx, newOne)
	}
	s.direct = newDirectServer(p, s.kinds)
	return s
}

// serverOf is the framework's server of a provider.
func serverOf(p provider.Provider) frameworkServer {
	s, ok := providerserver.NewProtocol6(p)().(frameworkServer)
	if !ok {
		panic("the framework's server lacks a part of the protocol") // of another version
	}
	return s
}

// resourceName is the name of a resource's type.
func resourceName(ctx context.Context, p provider.Provider, r resource.Resource) string {
	var is resource.MetadataResponse
	r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: providerName(ctx, p)}, &is)
	return is.TypeName
}

func providerName(ctx context.Context, p provider.Provider) string {
	var is provider.MetadataResponse
	p.Metadata(ctx, provider.MetadataRequest{}, &is)
	return is.TypeName
}

func (s *ruleServer) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	config, diags := checked(s.providerType(ctx), req.Config, true)
	if hasErrors(diags) {
		return &tfprotov6.ValidateProviderConfigResponse{Diagnostics: diags}, nil
	}
	inner := *req
	inner.Config = config
	resp, err := s.frameworkServer.ValidateProviderConfig(ctx, &inner)
	if resp != nil {
		resp.Diagnostics = append(diags, resp.Diagnostics...)
		resp.PreparedConfig = req.Config
	}
	return resp, err
}

func (s *ruleServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	config, diags := checked(s.providerType(ctx), req.Config, false)
	if hasErrors(diags) {
		return &tfprotov6.ConfigureProviderResponse{Diagnostics: diags}, nil
	}
	inner := *req
	inner.Config = config
	return s.frameworkServer.ConfigureProvider(ctx, &inner)
}

func (s *ruleServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	k := s.kinds[req.TypeName]
	if k == nil {
		return s.frameworkServer.ValidateResourceConfig(ctx, req) // which says that there is none
	}
	var config values
	if err := config.decode(k, req.Config); err != nil {
		return nil, err
	}
	check := configCheck{questions: true}
	check.walk(config.all, spot{at: tftypes.NewAttributePath()})
	if hasErrors(check.diags) {
		return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: check.diags}, nil
	}
	resp, err := k.validate(ctx, s.provider, req, config.set)
	if resp != nil {
		resp.Diagnostics = append(check.diags, resp.Diagnostics...)
	}
	return resp, err
}

// StopProvider cancels the calls of both servers.
func (s *ruleServer) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	if resp, err := s.direct.StopProvider(ctx, req); err != nil || resp.Error != "" {
		return resp, err
	}
	return s.frameworkServer.StopProvider(ctx, req)
}

// PlanResourceChange checks the configuration again: values that were unknown before may be known.
func (s *ruleServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	k := s.kinds[req.TypeName]
	if k == nil {
		return s.frameworkServer.PlanResourceChange(ctx, req) // which says that there is none
	}
	var config, state, plan values
	if err := cmp.Or(config.decode(k, req.Config), state.decode(k, req.PriorState), plan.decode(k, req.ProposedNewState)); err != nil {
		return nil, err
	}
	var check configCheck
	check.walk(config.all, spot{at: tftypes.NewAttributePath()})
	if hasErrors(check.diags) {
		return &tfprotov6.PlanResourceChangeResponse{Diagnostics: check.diags}, nil
	}
	c := &call{config: config.set, state: state.set, plan: plan.set, answer: plan.set}
	inner := *req
	inner.Config, inner.PriorState, inner.ProposedNewState = encodedToken(c.config), encodedToken(c.state), encodedToken(c.plan)
	resp, err := s.direct.PlanResourceChange(c.in(ctx), &inner)
	if err == nil && resp.PlannedState != nil {
		resp.PlannedState, err = plan.encode(k, c.answer)
	}
	return resp, err
}

func (s *ruleServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	k := s.kinds[req.TypeName]
	if k == nil {
		return s.frameworkServer.ApplyResourceChange(ctx, req)
	}
	var config, state, plan values
	if err := cmp.Or(config.decode(k, req.Config), state.decode(k, req.PriorState), plan.decode(k, req.PlannedState)); err != nil {
		return nil, err
	}
	c := &call{config: config.set, state: state.set, plan: plan.set, answer: state.set}
	inner := *req
	inner.Config, inner.PriorState, inner.PlannedState = encodedToken(c.config), encodedToken(c.state), encodedToken(c.plan)
	resp, err := s.direct.ApplyResourceChange(c.in(ctx), &inner)
	if err == nil && resp.NewState != nil {
		resp.NewState, err = plan.encode(k, c.answer)
	}
	return resp, err
}

func (s *ruleServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	k := s.kinds[req.TypeName]
	if k == nil {
		return s.frameworkServer.ReadResource(ctx, req)
	}
	var state values
	if err := state.decode(k, req.CurrentState); err != nil {
		return nil, err
	}
	c := &call{state: state.set, answer: state.set}
	inner := *req
	inner.CurrentState = encodedToken(c.state)
	resp, err := s.direct.ReadResource(c.in(ctx), &inner)
	if err == nil && resp.NewState != nil {
		resp.NewState, err = state.encode(k, c.answer)
	}
	return resp, err
}

// values are those of a resource in a request.
type values struct {
	all tftypes.Value
	// set are all without the null entries of maps.
	set tftypes.Value
	// nulls reports whether there were any.
	nulls bool
}

func (v *values) decode(k *kind, d *tfprotov6.DynamicValue) (err error) {
	v.all = k.null
	if d != nil {
		v.all, err = d.Unmarshal(k.typ)
	}
	v.set, v.nulls = withoutNulls(v.all)
	return err
}

// encode is an answer, with the null entries of maps that the request had.
func (v *values) encode(k *kind, answer tftypes.Value) (*tfprotov6.DynamicValue, error) {
	if v.nulls {
		answer = withNulls(answer, v.all)
	}
	d, err := tfprotov6.NewDynamicValue(k.typ, answer)
	return &d, err
}

func (s *ruleServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	config, diags := checked(s.dataSourceType(ctx, req.TypeName), req.Config, true)
	if hasErrors(diags) {
		return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: diags}, nil
	}
	inner := *req
	inner.Config = config
	resp, err := s.frameworkServer.ValidateDataResourceConfig(ctx, &inner)
	if resp != nil {
		resp.Diagnostics = append(diags, resp.Diagnostics...)
	}
	return resp, err
}

func (s *ruleServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	typ := s.dataSourceType(ctx, req.TypeName)
	config, diags := checked(typ, req.Config, false)
	if hasErrors(diags) {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: diags}, nil
	}
	inner := *req
	inner.Config = config
	resp, err := s.frameworkServer.ReadDataSource(ctx, &inner)
	if resp != nil && config != req.Config {
		resp.State = restored(typ, resp.State, req.Config)
	}
	return resp, err
}

// ValidateActionConfig checks an action. The framework (1.19) refuses write-only attributes of actions here, as the protocol
// does not say that Terraform knows them; every Terraform with actions does. So it does not see them.
func (s *ruleServer) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	typ := s.actionType(ctx, req.ActionType)
	config, diags := checked(typ, req.Config, true)
	if hasErrors(diags) {
		return &tfprotov6.ValidateActionConfigResponse{Diagnostics: diags}, nil
	}
	inner := *req
	inner.Config = s.withoutWriteOnly(ctx, req.ActionType, typ, config)
	resp, err := s.frameworkServer.ValidateActionConfig(ctx, &inner)
	if resp != nil {
		resp.Diagnostics = append(diags, resp.Diagnostics...)
	}
	return resp, err
}

func (s *ruleServer) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	config, diags := checked(s.actionType(ctx, req.ActionType), req.Config, false)
	if hasErrors(diags) {
		return &tfprotov6.PlanActionResponse{Diagnostics: diags}, nil
	}
	inner := *req
	inner.Config = config
	return s.frameworkServer.PlanAction(ctx, &inner)
}

func (s *ruleServer) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	config, diags := checked(s.actionType(ctx, req.ActionType), req.Config, false)
	if hasErrors(diags) {
		end := tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: diags}}
		return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) { yield(end) }}, nil
	}
	inner := *req
	inner.Config = config
	return s.frameworkServer.InvokeAction(ctx, &inner)
}

// withoutWriteOnly is the configuration of an action without its write-only attributes, of which there are none in others.
func (s *ruleServer) withoutWriteOnly(ctx context.Context, name string, typ tftypes.Type, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	v, ok := decoded(typ, config)
	attributes := map[string]tftypes.Value{}
	if !ok || v.As(&attributes) != nil {
		return config
	}
	for attribute, a := range s.actionSchema(ctx, name).Attributes {
		if a.IsWriteOnly() {
			attributes[attribute] = tftypes.NewValue(attributes[attribute].Type(), nil)
		}
	}
	out, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, attributes))
	if err != nil {
		return config // impossible: it was decoded with the same type
	}
	return &out
}

// actionSchema is that of an action; an empty one if there is none of that name.
func (s *ruleServer) actionSchema(ctx context.Context, name string) actionschema.Schema {
	withActions, ok := s.provider.(provider.ProviderWithActions)
	if !ok {
		return actionschema.Schema{}
	}
	for _, newOne := range withActions.Actions(ctx) {
		a := newOne()
		var is action.MetadataResponse
		a.Metadata(ctx, action.MetadataRequest{ProviderTypeName: providerName(ctx, s.provider)}, &is)
		if is.TypeName == name {
			var resp action.SchemaResponse
			a.Schema(ctx, action.SchemaRequest{}, &resp)
			return resp.Schema
		}
	}
	return actionschema.Schema{}
}

// The types of configurations and states, which the protocol needs to decode them.

func (s *ruleServer) providerType(ctx context.Context) tftypes.Type {
	return s.typeOf("provider", func() tftypes.Type {
		var resp provider.SchemaResponse
		s.provider.Schema(ctx, provider.SchemaRequest{}, &resp)
		return resp.Schema.Type().TerraformType(ctx)
	})
}

func (s *ruleServer) dataSourceType(ctx context.Context, name string) tftypes.Type {
	return s.typeOf("data source "+name, func() tftypes.Type {
		for _, newOne := range s.provider.DataSources(ctx) {
			d := newOne()
			var is datasource.MetadataResponse
			d.Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: providerName(ctx, s.provider)}, &is)
			if is.TypeName == name {
				var resp datasource.SchemaResponse
				d.Schema(ctx, datasource.SchemaRequest{}, &resp)
				return resp.Schema.Type().TerraformType(ctx)
			}
		}
		return nil
	})
}

func (s *ruleServer) actionType(ctx context.Context, name string) tftypes.Type {
	return s.typeOf("action "+name, func() tftypes.Type {
		schema := s.actionSchema(ctx, name)
		if len(schema.Attributes) == 0 {
			return nil
		}
		return schema.Type().TerraformType(ctx)
	})
}

func (s *ruleServer) typeOf(key string, find func() tftypes.Type) tftypes.Type {
	s.mu.Lock()
	defer s.mu.Unlock()
	typ, ok := s.types[key]
	if !ok {
		typ = find()
		s.types[key] = typ
	}
	return typ
}

// checked is a configuration without nulls in maps, and what is wrong with it.
func checked(typ tftypes.Type, config *tfprotov6.DynamicValue, questions bool) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
	v, ok := decoded(typ, config)
	if !ok {
		return config, nil
	}
	check := configCheck{questions: questions}
	check.walk(v, spot{at: tftypes.NewAttributePath()})
	return encodedIf(typ, v, config), check.diags
}

// decoded is a value of the protocol; false where there is none, or none that can be read, which the
// framework says.
func decoded(typ tftypes.Type, d *tfprotov6.DynamicValue) (tftypes.Value, bool) {
	if typ == nil || d == nil {
		return tftypes.Value{}, false
	}
	v, err := d.Unmarshal(typ)
	return v, err == nil && !v.IsNull() && v.IsKnown()
}

func encodedIf(typ tftypes.Type, v tftypes.Value, d *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	v, changed := withoutNulls(v)
	if !changed {
		return d
	}
	out, err := tfprotov6.NewDynamicValue(typ, v)
	if err != nil {
		return d // impossible: it was decoded with the same type
	}
	return &out
}

// restored puts the nulls that maps of a value had back.
func restored(typ tftypes.Type, d, had *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	v, ok := decoded(typ, d)
	from, there := decoded(typ, had)
	if !ok || !there {
		return d
	}
	out, err := tfprotov6.NewDynamicValue(typ, withNulls(v, from))
	if err != nil {
		return d
	}
	return &out
}

// withoutNulls leaves the null entries of maps out, at any depth.
func withoutNulls(v tftypes.Value) (_ tftypes.Value, changed bool) {
	if v.IsNull() || !v.IsKnown() {
		return v, false
	}
	switch typ := v.Type(); {
	case typ.Is(tftypes.Map{}), typ.Is(tftypes.Object{}):
		var entries map[string]tftypes.Value
		if v.As(&entries) != nil {
			return v, false
		}
		var out map[string]tftypes.Value // entries are the value's own
		for k, e := range entries {
			left := e.IsNull() && typ.Is(tftypes.Map{})
			inner, differs := withoutNulls(e)
			if (left || differs) && out == nil {
				out = maps.Clone(entries)
			}
			if left {
				delete(out, k)
			} else if differs {
				out[k] = inner
			}
		}
		if out != nil {
			return tftypes.NewValue(typ, out), true
		}
	case typ.Is(tftypes.List{}), typ.Is(tftypes.Set{}):
		var elements []tftypes.Value
		if v.As(&elements) != nil {
			return v, false
		}
		var out []tftypes.Value
		for i, e := range elements {
			inner, differs := withoutNulls(e)
			if differs && out == nil {
				out = slices.Clone(elements)
			}
			if differs {
				out[i] = inner
			}
		}
		if out != nil {
			return tftypes.NewValue(typ, out), true
		}
	}
	return v, false
}

// withNulls puts the null entries of maps back where the maps are still there. No schema has a set of
// objects, in which there is no telling which element is which.
func withNulls(v, from tftypes.Value) tftypes.Value {
	if v.IsNull() || !v.IsKnown() || from.IsNull() || !from.IsKnown() {
		return v
	}
	switch typ := v.Type(); {
	case typ.Is(tftypes.Map{}), typ.Is(tftypes.Object{}):
		var entries, had map[string]tftypes.Value
		if v.As(&entries) != nil || from.As(&had) != nil {
			return v
		}
		entries = maps.Clone(entries) // they are the value's own
		for k, e := range had {
			inner, there := entries[k]
			switch {
			case there:
				entries[k] = withNulls(inner, e)
			case e.IsNull():
				entries[k] = e
			}
		}
		return tftypes.NewValue(typ, entries)
	case typ.Is(tftypes.List{}):
		var elements, had []tftypes.Value
		if v.As(&elements) != nil || from.As(&had) != nil || len(elements) != len(had) {
			return v
		}
		elements = slices.Clone(elements)
		for i := range elements {
			elements[i] = withNulls(elements[i], had[i])
		}
		return tftypes.NewValue(typ, elements)
	}
	return v
}

// configCheck goes through a configuration.
type configCheck struct {
	questions bool
	diags     []*tfprotov6.Diagnostic
}

// spot is where a value stands.
type spot struct {
	at *tftypes.AttributePath
	// names are the attributes on the way, without keys and indices.
	names []string
	// inObject reports whether the value is an attribute, not an element of a collection.
	inObject bool
}

func (p spot) attribute(name string) spot {
	return spot{at: p.at.WithAttributeName(name), names: append(slices.Clone(p.names), name), inObject: true}
}

func (p spot) element(at *tftypes.AttributePath) spot { return spot{at: at, names: p.names} }

// name is that of the attribute as a user writes it.
func (p spot) name() string {
	var out strings.Builder
	for _, step := range p.at.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if out.Len() > 0 {
				out.WriteByte('.')
			}
			out.WriteString(string(step))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&out, "[%q]", string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&out, "[%d]", int64(step))
		}
	}
	return out.String()
}

func (c *configCheck) refuse(p spot, detail string) {
	c.diags = append(c.diags, &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid " + p.name(), Detail: detail, Attribute: p.at,
	})
}

func (c *configCheck) walk(v tftypes.Value, p spot) {
	if v.IsNull() || !v.IsKnown() {
		return
	}
	switch typ := v.Type(); {
	case typ.Is(tftypes.Number):
		c.number(v, p)
	case typ.Is(tftypes.Object{}):
		c.object(v, p)
	case typ.Is(tftypes.Map{}):
		var entries map[string]tftypes.Value
		_ = v.As(&entries)
		for _, k := range slices.Sorted(maps.Keys(entries)) {
			c.walk(entries[k], p.element(p.at.WithElementKeyString(k)))
		}
	case typ.Is(tftypes.List{}), typ.Is(tftypes.Set{}):
		var elements []tftypes.Value
		_ = v.As(&elements)
		for i, e := range elements {
			in := p // an element of a set has no place
			if typ.Is(tftypes.List{}) {
				in = p.element(p.at.WithElementKeyInt(i))
			}
			if e.IsNull() {
				c.refuse(in, "A list or set has no null elements. Leave the element out, for example with `[for x in LIST : x if x != null]`. (In a map a null is left out by itself.)")
				continue
			}
			c.walk(e, spot{at: in.at, names: p.names})
		}
	}
}

func (c *configCheck) object(v tftypes.Value, p spot) {
	var attributes map[string]tftypes.Value
	_ = v.As(&attributes)
	set := make([]string, 0, len(attributes))
	for name, v := range attributes {
		if !v.IsNull() {
			set = append(set, name)
		}
	}
	slices.Sort(set)
	for _, name := range set {
		c.walk(attributes[name], p.attribute(name))
	}
	empty := len(set) == 0
	if !empty || !c.questions || !p.inObject || sayingByBeing[strings.Join(p.names, ".")] {
		return
	}
	c.diags = append(c.diags, &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityWarning, Attribute: p.at,
		Summary: "Empty " + p.name(),
		Detail: fmt.Sprintf("Nothing in %s is set, so it has no effect. Terraform ignores a misspelt attribute of a nested object without a message: check the names. "+
			"The attributes are %s. If the defaults are meant, leave %s out.", p.name(), strings.Join(slices.Sorted(maps.Keys(attributes)), ", "), p.name()),
	})
}

// sayingByBeing are the nested objects that say something though nothing in them is set. Elements
// of a map or list always do: that they are there.
var sayingByBeing = map[string]bool{
	"volumes.docker": true, // a volume of Docker's with its defaults
	"event_history":  true, // one with the defaults
}

func (c *configCheck) number(v tftypes.Value, p spot) {
	var n big.Float
	if v.As(&n) != nil {
		return
	}
	if _, accuracy := n.Int64(); n.IsInt() && accuracy == big.Exact {
		return
	}
	text := n.Text('g', 10)
	unit := measures[p.names[len(p.names)-1]]
	if n.IsInt() {
		c.refuse(p, fmt.Sprintf("The value is a whole number%s of at most 64 bits, not %s.", unit.of(), text))
		return
	}
	detail := fmt.Sprintf("The value is a whole number%s, not %s.", unit.of(), text)
	if unit.larger != "" {
		small, accuracy := new(big.Float).Mul(&n, big.NewFloat(unit.factor)).Int64()
		if accuracy == big.Exact {
			detail += fmt.Sprintf(" %s %s is %d.", text, unit.larger, small)
		}
	}
	c.refuse(p, detail)
}

// measure is what a number counts.
type measure struct {
	name string
	// larger is the unit that people write fractions of, and factor how many of ours it has.
	larger string
	factor float64
}

func (u measure) of() string {
	if u.name == "" {
		return ""
	}
	return " of " + u.name
}

var (
	cpuUnits = measure{"CPU units", "vCPU", 1024}
	mebibyte = measure{"MiB", "GiB", 1024}
	second   = measure{"seconds", "minutes", 60}
	minute   = measure{"minutes", "hours", 60}
	day      = measure{name: "days"}
	gibibyte = measure{name: "GiB"}
	plain    = measure{} // a number of things, or a number that names something
)

// measures are those of all attributes that are numbers, by name.
var measures = map[string]measure{
	"cpu": cpuUnits, "container_cpu": cpuUnits,
	"memory": mebibyte, "container_memory": mebibyte, "container_memory_reservation": mebibyte, "memory_reservation": mebibyte,
	"max_swap": mebibyte, "shared_memory_size": mebibyte, "size_mib": mebibyte,
	"ephemeral_storage_gib": gibibyte, "size_gib": gibibyte,
	"retention_in_days": day, "log_retention_in_days": day,
	"flexible_window_minutes": minute,
	"start_timeout":           second, "stop_timeout": second, "interval": second, "timeout": second, "start_period": second,
	"restart_attempt_period": second, "max_session_duration": second, "maximum_age_seconds": second,
	"timeout_seconds": second, "heartbeat_seconds": second,
	"max_compute_percent": {name: "percent"},
	"container_port":      plain, "host_port": plain, "transit_encryption_port": plain, "port": plain,
	"retries": plain, "maximum_attempts": plain, "max_retries": plain, "task_count": plain, "attempts": plain, "max_results": plain,
	"base": plain, "weight": plain, "revision": plain, "keep_revisions": plain, "swappiness": plain, "soft_limit": plain, "hard_limit": plain,
	"ignored_exit_codes": plain, "exit_codes": plain, "success_exit_codes": plain,
	"log_lines": {name: "lines"}, "iops": plain, "throughput": {name: "MiB/s"},
}

func hasErrors(diags []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}
