package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// fakeAWS answers what a plan asks of AWS: STS, the default subnets, task definitions, and the tags of
// roles and log groups.
type fakeAWS struct {
	fakeSTS
	// definitions are those that ECS has, by family: the answer of DescribeTaskDefinition.
	definitions map[string]any
	// roles and logGroups are the tags of those that there are, by name. Roles have no policies.
	roles, logGroups map[string]map[string]string
	mu               sync.Mutex
	asked            []string // families, in order
	wrote            []string // what calls would have made or changed
}

func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch target := r.Header.Get("X-Amz-Target"); {
	case strings.HasSuffix(target, ".DescribeTaskDefinition"):
		var in struct{ TaskDefinition string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		f.mu.Lock()
		f.asked = append(f.asked, in.TaskDefinition)
		f.mu.Unlock()
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		answer, found := f.definitions[in.TaskDefinition]
		if !found {
			w.WriteHeader(http.StatusBadRequest)
			answer = map[string]any{"__type": "ClientException", "message": "Unable to describe task definition."}
		}
		_ = json.NewEncoder(w).Encode(answer)
	case strings.HasSuffix(target, ".ListTaskDefinitions"):
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(map[string]any{"taskDefinitionArns": []any{}})
	case strings.HasSuffix(target, ".DescribeLogGroups"):
		var in struct{ LogGroupNamePrefix string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		groups := []any{}
		if _, found := f.logGroups[in.LogGroupNamePrefix]; found {
			groups = append(groups, map[string]any{"logGroupName": in.LogGroupNamePrefix, "arn": fakeLogGroupARN + in.LogGroupNamePrefix + ":*"})
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(map[string]any{"logGroups": groups})
	case strings.HasSuffix(target, "Logs_20140328.ListTagsForResource"):
		var in struct{ ResourceArn string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		tags := map[string]string{}
		maps.Copy(tags, f.logGroups[strings.TrimPrefix(in.ResourceArn, fakeLogGroupARN)])
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(map[string]any{"tags": tags})
	case r.FormValue("RoleName") != "":
		f.serveRole(w, r)
	case r.FormValue("Action") == "DescribeSubnets":
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, `<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-0default</subnetId></item></subnetSet></DescribeSubnetsResponse>`)
	default:
		if action := cmp.Or(target, r.FormValue("Action"), r.Method+" "+r.URL.Path); action != "GetCallerIdentity" {
			f.write(action)
		}
		f.fakeSTS.ServeHTTP(w, r)
	}
}

const fakeLogGroupARN = "arn:aws:logs:eu-west-1:" + tftest.Account + ":log-group:"

func (f *fakeAWS) write(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wrote = append(f.wrote, what)
}

// serveRole is IAM: of a role that exists, it returns the tags.
func (f *fakeAWS) serveRole(w http.ResponseWriter, r *http.Request) {
	name, action := r.FormValue("RoleName"), r.FormValue("Action")
	tags, found := f.roles[name]
	w.Header().Set("Content-Type", "text/xml")
	switch {
	case !found || action == "GetRolePolicy":
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>not found</Message></Error></ErrorResponse>`)
	case action == "GetRole":
		var members strings.Builder
		for key, value := range tags {
			fmt.Fprintf(&members, "<member><Key>%s</Key><Value>%s</Value></member>", key, value)
		}
		fmt.Fprintf(w, `<GetRoleResponse><GetRoleResult><Role><RoleName>%[1]s</RoleName><Path>/</Path><Arn>arn:aws:iam::%[2]s:role/%[1]s</Arn>`+
			`<AssumeRolePolicyDocument>%%7B%%7D</AssumeRolePolicyDocument><MaxSessionDuration>3600</MaxSessionDuration><Tags>%[3]s</Tags></Role></GetRoleResult></GetRoleResponse>`,
			name, tftest.Account, members.String())
	case action == "PutRolePolicy":
		f.write(name + "/" + r.FormValue("PolicyName"))
		fmt.Fprint(w, `<PutRolePolicyResponse></PutRolePolicyResponse>`)
	default: // lists of nothing
		fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><IsTruncated>false</IsTruncated><AttachedPolicies/><PolicyNames/><InstanceProfiles/></%[1]sResult></%[1]sResponse>`, action)
	}
}

// walk is a provider instance that Terraform has configured.
type walk struct {
	t       *testing.T
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	url     string // of AWS
}

// builtSchemas are the provider's schemas, which are the same of every instance and take a moment to
// build.
var builtSchemas = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	return providerserver.NewProtocol6(New("test")())().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

func schemasOf(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	all, err := builtSchemas()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// How an instance comes to be configured.
const (
	byGraphWalk = true  // terraform plan and apply: validated first, in the same process
	byTestFile  = false // terraform test, Stacks: configured only, for many plans and applies
)

// newWalk is an instance in an AWS that is there for one test, with more arguments of the provider.
func newWalk(t *testing.T, aws *fakeAWS, validated bool, more ...tftest.Block) walk {
	t.Helper()
	return newWalkOf(t, aws, validated, more)
}

// newWalkIn is newWalk in an AWS of another kind.
func newWalkIn(t *testing.T, aws http.Handler, validated bool, options ...Option) walk {
	t.Helper()
	return newWalkOf(t, aws, validated, nil, options...)
}

func newWalkOf(t *testing.T, aws http.Handler, validated bool, more []tftest.Block, options ...Option) walk {
	t.Helper()
	endpoint := httptest.NewServer(aws)
	t.Cleanup(endpoint.Close)
	w := walk{t: t, server: NewServer(New("test", options...)()), schemas: schemasOf(t), url: endpoint.URL}
	w.configure(validated, more...)
	return w
}

func (w walk) configure(validated bool, more ...tftest.Block) {
	w.t.Helper()
	url := w.url
	typ := w.schemas.Provider.ValueType()
	is := tftest.Block{
		"skip_metadata_api_check": true,
		"endpoints":               []any{tftest.Block{"sts": url, "ecs": url, "ec2": url, "iam": url, "logs": url, "events": url, "scheduler": url, "lambda": url, "sns": url, "sqs": url, "ecr": url}},
	}
	for _, m := range more {
		maps.Copy(is, m)
	}
	config := w.dynamic(typ, tftest.Value(w.t, typ, credentials(is)))
	if validated {
		answer, err := w.server.ValidateProviderConfig(w.t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
		w.mustBe(answer.Diagnostics, err)
	}
	answer, err := w.server.ConfigureProvider(w.t.Context(), &tfprotov6.ConfigureProviderRequest{Config: config, TerraformVersion: "1.16.0"})
	w.mustBe(answer.Diagnostics, err)
}

func (w walk) mustBe(diags []*tfprotov6.Diagnostic, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range diags {
		w.t.Fatalf("%s: %s", d.Summary, d.Detail)
	}
}

func (w walk) dynamic(typ tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	w.t.Helper()
	d, err := tfprotov6.NewDynamicValue(typ, v)
	if err != nil {
		w.t.Fatal(err)
	}
	return &d
}

// plannedResource is the answer to a plan.
type plannedResource struct {
	*tfprotov6.PlanResourceChangeResponse
	state tftypes.Value
}

// errors and warnings are what a plan says, as "path: summary: detail".
func (p plannedResource) errors() []string { return p.said(tfprotov6.DiagnosticSeverityError) }

func (p plannedResource) warnings() []string { return p.said(tfprotov6.DiagnosticSeverityWarning) }

func (p plannedResource) said(severity tfprotov6.DiagnosticSeverity) []string {
	return saidOf(p.Diagnostics, severity)
}

func saidOf(diags []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity) []string {
	var out []string
	for _, d := range diags {
		if d.Severity == severity {
			at := ""
			if d.Attribute != nil {
				at = pathString(d.Attribute.Steps())
			}
			out = append(out, at+": "+d.Summary+": "+d.Detail)
		}
	}
	return out
}

// prior is what a resource is planned with: nothing for a create.
type prior struct {
	state   *tftypes.Value
	private []byte
}

// unitOf is the private state of a unit.
func unitOf(id string) []byte {
	text := func(s string) []byte { return []byte(s) }
	private, _ := json.Marshal(map[string][]byte{tf.UnitKey: text(fmt.Sprintf(`{"id":%q}`, id)), tf.UnitFormatKey: text("1")})
	return private
}

// existing is a state with the values of a plan.
func (p plannedResource) existing(t *testing.T, id string) prior {
	t.Helper()
	known, err := tftypes.Transform(p.state, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch {
		case v.IsKnown():
			return v, nil
		case v.Type().Is(tftypes.Number):
			return tftypes.NewValue(v.Type(), 1), nil
		case v.Type().Is(tftypes.String):
			return tftypes.NewValue(v.Type(), "arn:aws:ecs:eu-west-1:"+tftest.Account+":task-definition/t:1"), nil
		}
		return tftypes.NewValue(v.Type(), nil), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	out := prior{state: &known}
	if id != "" {
		out.private = unitOf(id)
	}
	return out
}

// plan plans one resource.
func (w walk) plan(resource string, before prior, arguments tftest.Block) plannedResource {
	w.t.Helper()
	typ, ok := w.schemas.ResourceSchemas[resource].ValueType().(tftypes.Object)
	if !ok {
		w.t.Fatalf("there is no %s", resource)
	}
	nothing := tftypes.NewValue(typ, nil)
	config := tftest.Value(w.t, typ, arguments)
	state := nothing
	attributes, had := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	if err := config.As(&attributes); err != nil {
		w.t.Fatal(err)
	}
	if before.state != nil {
		state = *before.state
		if err := state.As(&had); err != nil {
			w.t.Fatal(err)
		}
	}
	proposed := maps.Clone(attributes)
	for _, a := range w.schemas.ResourceSchemas[resource].Block.Attributes {
		if attributes[a.Name].IsNull() && a.Computed {
			proposed[a.Name] = tftypes.NewValue(a.ValueType(), tftypes.UnknownValue)
			if before.state != nil {
				proposed[a.Name] = had[a.Name]
			}
		}
	}
	answer, err := w.server.PlanResourceChange(w.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: resource, PriorState: w.dynamic(typ, state), PriorPrivate: before.private,
		Config: w.dynamic(typ, config), ProposedNewState: w.dynamic(typ, tftypes.NewValue(typ, proposed)),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	out := plannedResource{PlanResourceChangeResponse: answer}
	if answer.PlannedState != nil {
		if out.state, err = answer.PlannedState.Unmarshal(typ); err != nil {
			w.t.Fatal(err)
		}
	}
	return out
}

// validates are the errors of a validation, as "path: summary: detail".
func (w walk) validates(resource string, arguments tftest.Block) []string {
	w.t.Helper()
	typ := w.schemas.ResourceSchemas[resource].ValueType()
	answer, err := w.server.ValidateResourceConfig(w.t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: resource, Config: w.dynamic(typ, tftest.Value(w.t, typ, arguments))})
	if err != nil {
		w.t.Fatal(err)
	}
	return plannedResource{PlanResourceChangeResponse: &tfprotov6.PlanResourceChangeResponse{Diagnostics: answer.Diagnostics}}.errors()
}

// apply applies the plan of a create, and returns the errors.
func (w walk) apply(resource string, p plannedResource, arguments tftest.Block) []string {
	w.t.Helper()
	typ := w.schemas.ResourceSchemas[resource].ValueType()
	answer, err := w.server.ApplyResourceChange(w.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: resource, PriorState: w.dynamic(typ, tftypes.NewValue(typ, nil)), Config: w.dynamic(typ, tftest.Value(w.t, typ, arguments)),
		PlannedState: p.PlannedState, PlannedPrivate: p.PlannedPrivate,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return saidOf(answer.Diagnostics, tfprotov6.DiagnosticSeverityError)
}

// seen is what was read, with what was said about it.
type seen struct {
	state            map[string]tftypes.Value
	errors, warnings []string
}

func (w walk) seen(typ tftypes.Type, state *tfprotov6.DynamicValue, diags []*tfprotov6.Diagnostic) seen {
	w.t.Helper()
	out := seen{
		state:  map[string]tftypes.Value{},
		errors: saidOf(diags, tfprotov6.DiagnosticSeverityError), warnings: saidOf(diags, tfprotov6.DiagnosticSeverityWarning),
	}
	if state == nil {
		return out
	}
	v, err := state.Unmarshal(typ)
	if err != nil {
		w.t.Fatal(err)
	}
	if v.IsKnown() && !v.IsNull() {
		if err := v.As(&out.state); err != nil {
			w.t.Fatal(err)
		}
	}
	return out
}

// lookUp reads a data source.
func (w walk) lookUp(source string, arguments tftest.Block) seen {
	w.t.Helper()
	typ := w.schemas.DataSourceSchemas[source].ValueType()
	answer, err := w.server.ReadDataSource(w.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: source, Config: w.dynamic(typ, tftest.Value(w.t, typ, arguments))})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.seen(typ, answer.State, answer.Diagnostics)
}

// imported reads a resource that is imported by an id.
func (w walk) imported(resource, id string) seen {
	w.t.Helper()
	typ := w.schemas.ResourceSchemas[resource].ValueType()
	in, err := w.server.ImportResourceState(w.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: resource, ID: id})
	w.mustBe(in.Diagnostics, err)
	of := in.ImportedResources[0]
	answer, err := w.server.ReadResource(w.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: resource, CurrentState: of.State, Private: of.Private, CurrentIdentity: of.Identity,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.seen(typ, answer.NewState, answer.Diagnostics)
}

// mustSay checks that there is one message and that it has all these words.
func mustSay(t *testing.T, said []string, words ...string) {
	t.Helper()
	if len(said) != 1 {
		t.Fatalf("says %d things: %s", len(said), strings.Join(said, "\n"))
	}
	for _, word := range words {
		if !strings.Contains(said[0], word) {
			t.Errorf("says %q, without %q", said[0], word)
		}
	}
}

func mustSayNothing(t *testing.T, plans ...plannedResource) {
	t.Helper()
	for _, p := range plans {
		if said := slices.Concat(p.errors(), p.warnings()); len(said) > 0 {
			t.Errorf("says %s", strings.Join(said, "\n"))
		}
	}
}
