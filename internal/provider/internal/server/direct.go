package server

import (
	"context"
	"fmt"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The framework walks through all values of a resource some ten times in each call, and looks each attribute up in
// a map of all attributes that it makes anew each time: a plan of 92 attributes takes it 35 ms of CPU and 190,000
// allocations, which grow with the square of that number (design/decisions.md has the measurements). So plans,
// applies and reads pass the values by: the framework gets a token, which is null where the values are, and does
// everything else, such as private state, identity and diagnostics. The values lie beside, in the context.

// call is a call of a resource: its values, and its answer.
type call struct {
	config, state, plan tftypes.Value // those that the call has
	// answer is the plan or the state that results.
	answer tftypes.Value
}

type callKey struct{}

func (c *call) in(ctx context.Context) context.Context { return context.WithValue(ctx, callKey{}, c) }

func callOf(ctx context.Context) *call {
	return ctx.Value(callKey{}).(*call) //nolint:errcheck // no other way leads here; a panic is an error of the call
}

// What the framework sees of a resource.
var (
	tokenSchema = schema.Schema{Attributes: map[string]schema.Attribute{"values": schema.StringAttribute{Optional: true}}}
	tokenType   = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"values": tftypes.String}}
	present     = tftypes.NewValue(tokenType, map[string]tftypes.Value{"values": tftypes.NewValue(tftypes.String, "beside")})
	absent      = tftypes.NewValue(tokenType, nil)
)

// tokenOf is what stands for values, towards the framework.
func tokenOf(v tftypes.Value) tftypes.Value {
	if v.IsNull() {
		return absent
	}
	return present
}

// encodedToken is tokenOf in the protocol.
func encodedToken(v tftypes.Value) *tfprotov6.DynamicValue {
	d, err := tfprotov6.NewDynamicValue(tokenType, tokenOf(v))
	if err != nil {
		panic(err) // a constant
	}
	return &d
}

// kind is what is known of a type of resource once for all calls.
type kind struct {
	newOne func() resource.Resource
	schema schema.Schema
	typ    tftypes.Object
	null   tftypes.Value
	// computed are the attributes that the provider sets where the configuration does not; defaults those that the
	// schema sets.
	computed  []string
	defaults  map[string]tftypes.Value
	modifiers map[string][]planmodifier.String

	validators validators
}

// newKind panics where a schema asks for what [kind.prepare] does not do.
func newKind(ctx context.Context, newOne func() resource.Resource) *kind {
	var resp resource.SchemaResponse
	newOne().Schema(ctx, resource.SchemaRequest{}, &resp)
	k := &kind{newOne: newOne, schema: resp.Schema, defaults: map[string]tftypes.Value{}, modifiers: map[string][]planmodifier.String{}}
	k.typ = k.schema.Type().TerraformType(ctx).(tftypes.Object) //nolint:errcheck // of every schema
	k.null = tftypes.NewValue(k.typ, nil)
	if len(k.schema.Blocks) > 0 {
		panic("a resource has blocks")
	}
	for name, a := range k.schema.Attributes {
		rest := a
		switch a := a.(type) {
		case schema.StringAttribute:
			if a.Default != nil {
				var out defaults.StringResponse
				a.Default.DefaultString(ctx, defaults.StringRequest{Path: path.Root(name)}, &out)
				k.setDefault(ctx, name, out.PlanValue, out.Diagnostics)
			}
			if len(a.PlanModifiers) > 0 {
				k.modifiers[name] = a.PlanModifiers
			}
			a.Default, a.PlanModifiers = nil, nil
			rest = a
		case schema.BoolAttribute:
			if a.Default != nil {
				var out defaults.BoolResponse
				a.Default.DefaultBool(ctx, defaults.BoolRequest{Path: path.Root(name)}, &out)
				k.setDefault(ctx, name, out.PlanValue, out.Diagnostics)
			}
			a.Default = nil
			rest = a
		case schema.Int64Attribute:
			if a.Default != nil {
				var out defaults.Int64Response
				a.Default.DefaultInt64(ctx, defaults.Int64Request{Path: path.Root(name)}, &out)
				k.setDefault(ctx, name, out.PlanValue, out.Diagnostics)
			}
			a.Default = nil
			rest = a
		}
		if _, ok := k.defaults[name]; !ok && a.IsComputed() {
			k.computed = append(k.computed, name)
		}
		refuseUnprepared(name, rest)
	}
	return k
}

// setDefault notes a default of the schema, which depends on nothing.
func (k *kind) setDefault(ctx context.Context, name string, value attr.Value, diags diag.Diagnostics) {
	v, err := value.ToTerraformValue(ctx)
	if err != nil || diags.HasError() {
		panic(fmt.Sprintf("the default of %s: %v %v", name, err, diags))
	}
	k.defaults[name] = v
}

// refuseUnprepared panics where an attribute, or one inside of it, has a property that [kind.prepare] does not know.
func refuseUnprepared(name string, a schema.Attribute) {
	is := reflect.ValueOf(a)
	for _, property := range []string{"Default", "PlanModifiers"} {
		if f := is.FieldByName(property); f.IsValid() && !f.IsZero() {
			panic(name + " has " + property)
		}
	}
	if a.IsWriteOnly() {
		panic(name + " is write-only")
	}
	nested, ok := a.(schema.NestedAttribute)
	if !ok {
		return
	}
	for inner, a := range nested.GetNestedObject().GetAttributes() {
		inner = name + "." + inner
		if a.IsComputed() {
			panic(inner + " is computed")
		}
		refuseUnprepared(inner, a)
	}
}

// prepare does what the framework does with a plan before it asks the resource: it fills in defaults, makes
// unknown what is computed and not configured, where anything changes, and runs the plan modifiers.
func (k *kind) prepare(ctx context.Context, req *resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, config, state map[string]tftypes.Value
	if req.Plan.Raw.As(&plan) != nil || req.Config.Raw.As(&config) != nil || req.State.Raw.As(&state) != nil {
		panic("no object") // impossible: all were decoded as one
	}
	plan = maps.Clone(plan) // it is the value's own
	changed := false
	set := func(name string, v tftypes.Value) { plan[name], changed = v, true }
	for name, v := range k.defaults {
		if config[name].IsNull() {
			set(name, v)
		}
	}
	if changed {
		req.Plan.Raw = tftypes.NewValue(k.typ, plan)
	}
	if !req.Plan.Raw.Equal(req.State.Raw) {
		for _, name := range k.computed {
			if config[name].IsNull() {
				set(name, tftypes.NewValue(k.typ.AttributeTypes[name], tftypes.UnknownValue))
			}
		}
	}
	before := req.Plan
	if changed {
		before.Raw = tftypes.NewValue(k.typ, plan)
	}
	for name, modifiers := range k.modifiers {
		for _, modifier := range modifiers {
			in := planmodifier.StringRequest{
				Path: path.Root(name), PathExpression: path.MatchRoot(name), Config: req.Config, Plan: before, State: req.State, Private: req.Private,
				ConfigValue: frameworkString(config[name]), PlanValue: frameworkString(plan[name]), StateValue: frameworkString(state[name]),
			}
			out := planmodifier.StringResponse{PlanValue: in.PlanValue, Private: resp.Private}
			modifier.PlanModifyString(ctx, in, &out)
			resp.Diagnostics.Append(out.Diagnostics...)
			set(name, terraformString(out.PlanValue))
			if out.RequiresReplace {
				resp.RequiresReplace.Append(path.Root(name))
			}
		}
	}
	if changed {
		req.Plan.Raw = tftypes.NewValue(k.typ, plan)
	}
	resp.Plan = req.Plan
}

// frameworkString is a value of the protocol as one of the framework; null for none.
func frameworkString(v tftypes.Value) types.String {
	var text string
	switch {
	case v.Type() == nil || v.IsNull():
		return types.StringNull()
	case !v.IsKnown():
		return types.StringUnknown()
	case v.As(&text) != nil:
		panic("no string") // impossible: it was decoded as one
	}
	return types.StringValue(text)
}

func terraformString(v types.String) tftypes.Value {
	switch {
	case v.IsNull():
		return tftypes.NewValue(tftypes.String, nil)
	case v.IsUnknown():
		return tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	}
	return tftypes.NewValue(tftypes.String, v.ValueString())
}

// directResource is a resource as the framework sees it: its values are a token.
type directResource struct {
	inner resource.Resource
	kind  *kind
	data  any // what the provider has for it
}

var (
	_ resource.ResourceWithConfigure  = directResource{}
	_ resource.ResourceWithModifyPlan = directResource{}
	_ resource.ResourceWithIdentity   = directResourceWithIdentity{}
)

// directResourceWithIdentity is one that has an identity.
type directResourceWithIdentity struct{ directResource }

func withIdentity(r directResource) resource.Resource {
	if _, ok := r.inner.(resource.ResourceWithIdentity); ok {
		return directResourceWithIdentity{r}
	}
	return r
}

// IdentitySchema is the resource's own: its identity takes the framework's way.
func (r directResourceWithIdentity) IdentitySchema(ctx context.Context, req resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	r.inner.(resource.ResourceWithIdentity).IdentitySchema(ctx, req, resp) //nolint:errcheck // withIdentity has looked
}

// Metadata is the resource's own.
func (r directResource) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	r.inner.Metadata(ctx, req, resp)
}

// Schema is that of the token.
func (r directResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = tokenSchema
}

// Configure hands over what the provider has: only its own server configures it.
func (r directResource) Configure(ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	req.ProviderData = r.data
	if inner, ok := r.inner.(resource.ResourceWithConfigure); ok {
		inner.Configure(ctx, req, resp)
	}
}

// ModifyPlan plans with the values of the call.
func (r directResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	c := callOf(ctx)
	req.Config, req.Plan, req.State = r.config(c), r.plan(c), r.state(c)
	resp.Plan = req.Plan
	if !c.plan.IsNull() {
		r.kind.prepare(ctx, &req, resp)
	}
	if inner, ok := r.inner.(resource.ResourceWithModifyPlan); ok && !resp.Diagnostics.HasError() {
		inner.ModifyPlan(ctx, req, resp)
	}
	c.answer = resp.Plan.Raw
	resp.Plan = tfsdk.Plan{Raw: tokenOf(c.answer), Schema: tokenSchema}
}

// Create creates with the values of the call.
func (r directResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	c := callOf(ctx)
	req.Config, req.Plan = r.config(c), r.plan(c)
	resp.State = tfsdk.State{Raw: r.kind.null, Schema: r.kind.schema}
	r.inner.Create(ctx, req, resp)
	answer(c, &resp.State)
}

// Read reads with the values of the call.
func (r directResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	c := callOf(ctx)
	req.State, resp.State = r.state(c), r.state(c)
	r.inner.Read(ctx, req, resp)
	answer(c, &resp.State)
}

// Update updates with the values of the call.
func (r directResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	c := callOf(ctx)
	req.Config, req.Plan, req.State = r.config(c), r.plan(c), r.state(c)
	resp.State = req.State
	r.inner.Update(ctx, req, resp)
	answer(c, &resp.State)
}

// Delete deletes with the values of the call.
func (r directResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	c := callOf(ctx)
	req.State, resp.State = r.state(c), r.state(c)
	r.inner.Delete(ctx, req, resp)
	if !resp.Diagnostics.HasError() {
		resp.State.Raw = r.kind.null
	}
	answer(c, &resp.State)
}

func (r directResource) config(c *call) tfsdk.Config {
	return tfsdk.Config{Raw: c.config, Schema: r.kind.schema}
}

func (r directResource) plan(c *call) tfsdk.Plan {
	return tfsdk.Plan{Raw: c.plan, Schema: r.kind.schema}
}

func (r directResource) state(c *call) tfsdk.State {
	return tfsdk.State{Raw: c.state, Schema: r.kind.schema}
}

// answer takes the state of a response, and leaves the token.
func answer(c *call, state *tfsdk.State) {
	c.answer = state.Raw
	*state = tfsdk.State{Raw: tokenOf(c.answer), Schema: tokenSchema}
}

// directProvider is a provider as the framework sees it for these calls: it has nothing but resources.
type directProvider struct {
	Provider
	resources []func() resource.Resource
}

// Schema has nothing.
func (p directProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{}
}

// Configure does nothing.
func (p directProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

// Resources are those that it was made with.
func (p directProvider) Resources(context.Context) []func() resource.Resource { return p.resources }

// DataSources are not read this way.
func (p directProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

// newDirectServer serves plans, applies and reads.
func newDirectServer(p Provider, kinds map[string]*kind) frameworkServer {
	var resources []func() resource.Resource
	for _, k := range kinds {
		resources = append(resources, func() resource.Resource { return withIdentity(directResource{k.newOne(), k, p.ResourceData()}) })
	}
	return serverOf(directProvider{p, resources})
}
