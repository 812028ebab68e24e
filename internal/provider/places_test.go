package provider

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// textArguments are the texts that a resource can be given, as the table names them, with their
// descriptions.
func textArguments(block *tfprotov6.SchemaBlock) map[string]string {
	out := map[string]string{}
	var collect func(attributes []*tfprotov6.SchemaAttribute, before string)
	var typed func(typ tftypes.Type, name, description string)
	typed = func(typ tftypes.Type, name, description string) {
		switch typ := typ.(type) {
		case tftypes.List:
			typed(typ.ElementType, name+"[*]", description)
		case tftypes.Set:
			typed(typ.ElementType, name+"[*]", description)
		case tftypes.Map:
			typed(typ.ElementType, name+"[*]", description)
		default:
			if typ.Is(tftypes.String) {
				out[name] = description
			}
		}
	}
	collect = func(attributes []*tfprotov6.SchemaAttribute, before string) {
		for _, a := range attributes {
			name := before + a.Name
			switch {
			case !a.Required && !a.Optional:
			case a.NestedType != nil && a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
				collect(a.NestedType.Attributes, name+".")
			case a.NestedType != nil:
				collect(a.NestedType.Attributes, name+"[*].")
			default:
				typed(a.Type, name, a.Description)
			}
		}
	}
	collect(block.Attributes, "")
	return out
}

var (
	saysARN  = regexp.MustCompile(`\bARNs?\b`)
	namedARN = regexp.MustCompile(`(^|[._])arns?(\[\*\])?$|(^|\.)(cluster|function|queue|topic|consumer_role)$|^wires\[\*\]\.[a-z_]+$`)
)

// placedSchemas are those of resources and data sources, by name in the table.
func placedSchemas(schemas *tfprotov6.GetProviderSchemaResponse) map[string]*tfprotov6.Schema {
	all := maps.Clone(schemas.ResourceSchemas)
	for source, s := range schemas.DataSourceSchemas {
		all["data."+source] = s
	}
	return all
}

// Every argument that takes an ARN has its place in the table: where what it names has to be, or
// that it may be anywhere.
func TestPlaces_everyArgument(t *testing.T) {
	t.Parallel()
	schemas := schemasOf(t)
	all := placedSchemas(schemas)
	delete(all, "data.docker_task_image") // the provider itself reads the secret that it names
	notARNs := []string{"wires[*].access", "wires[*].env_prefix", "wires[*].policy", "env_prefix"}
	for resource, s := range all {
		arguments := textArguments(s.Block)
		for name, description := range arguments {
			_, has := lifecycle.PlaceRules[resource][name]
			if takes := saysARN.MatchString(description) || namedARN.MatchString(name); takes && !has && !slices.Contains(notARNs, name) && !strings.HasSuffix(name, "name_prefix") {
				t.Errorf("%s: %s is not in the table", resource, name)
			}
		}
		for name, rule := range lifecycle.PlaceRules[resource] {
			if _, has := arguments[name]; !has {
				t.Errorf("%s: there is no %s", resource, name)
			}
			if (rule.Region != "" || rule.Account != "") && (rule.What == "" || !strings.HasPrefix(rule.Source, "https://docs.aws.amazon.com/")) {
				t.Errorf("%s: the rule of %s has no source, or no object", resource, name)
			}
		}
	}
	for resource := range lifecycle.PlaceRules {
		if all[resource] == nil {
			t.Errorf("there is no %s", resource)
		}
	}
}

// argumentAt is a configuration in which one argument has a value.
func argumentAt(t *testing.T, typ tftypes.Type, name, text string, beside tftest.Block) tftypes.Value {
	t.Helper()
	var build func(steps []string) any
	build = func(steps []string) any {
		if len(steps) == 0 {
			return text
		}
		step, rest := steps[0], build(steps[1:])
		if step == "[*]" {
			return []any{rest}
		}
		b := tftest.Block{step: rest}
		if len(steps) == 1 {
			maps.Copy(b, beside)
		}
		return b
	}
	inside := build(strings.Split(strings.ReplaceAll(name, "[*]", ".[*]"), "."))
	return tftest.Value(t, typ, listsToMaps(typ, inside))
}

// listsToMaps replaces the lists of [*] by maps, if the type has maps.
func listsToMaps(typ tftypes.Type, v any) any {
	switch typ := typ.(type) {
	case tftypes.Object:
		b, ok := v.(tftest.Block)
		if !ok {
			return v
		}
		out := tftest.Block{}
		for name, e := range b {
			out[name] = listsToMaps(typ.AttributeTypes[name], e)
		}
		return out
	case tftypes.Map:
		if list, ok := v.([]any); ok {
			return tftest.Block{"k": listsToMaps(typ.ElementType, list[0])}
		}
	case tftypes.List:
		if list, ok := v.([]any); ok {
			return []any{listsToMaps(typ.ElementType, list[0])}
		}
	}
	return v
}

// An ARN of another region or account is refused where it cannot work, and nowhere else.
func TestPlaces(t *testing.T) {
	t.Parallel()
	schemas := placedSchemas(schemasOf(t))
	const other = "999999999999"
	place := arn.Place{Partition: "aws", Region: "us-east-1", Account: tftest.Account}
	elsewhere := arn.Place{Partition: "aws", Region: "eu-west-1", Account: tftest.Account}
	theirs := arn.Place{Partition: "aws", Region: "us-east-1", Account: other}
	apart := arn.Place{Partition: "aws-cn", Region: "us-east-1", Account: tftest.Account}
	said := func(resource string, at tftypes.Value, place arn.Place) string {
		var diags diag.Diagnostics
		lifecycle.CheckArgumentPlaces(resource, at, place, &diags)
		var out []string
		for _, d := range diags {
			out = append(out, d.Summary()+": "+d.Detail())
		}
		return strings.Join(out, "\n")
	}
	for resource, rules := range lifecycle.PlaceRules {
		typ, arguments := schemas[resource].ValueType(), textArguments(schemas[resource].Block)
		for name, rule := range rules {
			if _, has := arguments[name]; !has {
				continue // TestPlaces_everyArgument tells of it
			}
			check := func(what string, is arn.Place, place arn.Place, beside tftest.Block, wants ...string) {
				t.Helper()
				text := is.Regional("service", "kind/name")
				got := said(resource, argumentAt(t, typ, name, text, beside), place)
				if (got != "") != (len(wants) > 0) {
					t.Errorf("%s, %s, %s: says %q", resource, name, what, got)
				}
				for _, want := range wants {
					if !strings.Contains(got, want) {
						t.Errorf("%s, %s, %s: says %q, without %q", resource, name, what, got, want)
					}
				}
			}
			words := func(rule string, more ...string) []string {
				if rule == "" {
					return nil
				}
				return more
			}
			check("the same place", place, place, nil)
			check("another region", elsewhere, place, nil, words(rule.Region, "Invalid ", "eu-west-1", "us-east-1")...)
			check("another account", theirs, place, nil, words(rule.Account, "Invalid ", other, tftest.Account)...)
			check("another partition", apart, place, nil, "Invalid ", "aws-cn", "partition aws")
			check("no account", theirs, arn.Place{Partition: "aws", Region: "us-east-1"}, nil)
			check("region not known", elsewhere, arn.Place{Partition: "aws", Account: tftest.Account}, nil)
			check("AWS's own", arn.Place{Partition: "aws", Region: "us-east-1", Account: "aws"}, place, nil)
			if got := said(resource, argumentAt(t, typ, name, tftest.Unknown, nil), place); got != "" {
				t.Errorf("%s, %s, unknown: says %q", resource, name, got)
			}
			if rule.Unless != "" {
				check("lifted", theirs, place, tftest.Block{rule.Unless: false})
				check("lifted, perhaps", theirs, place, tftest.Block{rule.Unless: tftest.Unknown})
				check("not lifted", theirs, place, tftest.Block{rule.Unless: true}, words(rule.Account, other)...)
			}
			if rule.OfTask && !strings.HasSuffix(name, "family_arn") {
				if resource != "docker_task" { // where such a task is refused itself
					check("as its task", theirs, place, tftest.Block{"family_arn": theirs.Regional("ecs", "task-definition/t")})
				}
				check("not as its task", place, place, tftest.Block{"family_arn": theirs.Regional("ecs", "task-definition/t")}, other)
				check("perhaps as its task", theirs, place, tftest.Block{"family_arn": tftest.Unknown})
				check("in its task's region", elsewhere, place, tftest.Block{"region": "eu-west-1"})
				check("perhaps in its task's region", elsewhere, place, tftest.Block{"region": tftest.Unknown})
			}
		}
	}
}

// The plan of each resource checks it, and so it does roles that stand in a file.
func TestPlaces_planned(t *testing.T) {
	t.Parallel()
	file := `{"executionRoleArn":"arn:aws:iam::999999999999:role/exec","containerDefinitions":[{"name":"t","image":"busybox:1.37","memory":128}],` +
		`"requiresCompatibilities":["EC2"],"networkMode":"bridge"}`
	for name, c := range map[string]struct {
		typ  string
		is   tftest.Block
		says []string
	}{
		"log group":    {"docker_task", aTask("t", tftest.Block{"log_group": tftest.Block{"arn": "arn:aws:logs:eu-west-1:999999999999:log-group:/central"}}), []string{"log_group.arn: ", "999999999999", "awslogs"}},
		"cluster":      {"docker_task", aTask("t", tftest.Block{"cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/c"}), []string{"cluster: ", "The cluster is in us-east-1, and the docker task in eu-west-1"}},
		"key":          {"docker_task", aTask("t", tftest.Block{"log_group": tftest.Block{"kms_key_id": "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}}), []string{"log_group.kms_key_id: "}},
		"role":         {"docker_task", aTask("t", tftest.Block{"execution_role": tftest.Block{"arn": "arn:aws:iam::999999999999:role/exec"}}), []string{"execution_role.arn: ", "account 123456789012"}},
		"role in file": {"docker_task", tftest.Block{"name": "t", "definition_json": file}, []string{"definition_json: ", "The execution role in the file is of account 999999999999"}},
		"wire":         {"docker_task_wire", aWire("t", "arn:aws:iam::999999999999:role/api", nil), []string{"consumer_role: "}},
		"schedule":     {"docker_task_schedule", aSchedule("s", tftest.Block{"kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}), []string{"kms_key_arn: "}},
		"subscription": {"docker_task_subscription", aSubscription("t", "arn:aws:sqs:us-east-1:123456789012:q", nil), []string{"queue: ", "a rule reaches only"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustSay(t, newWalk(t, &fakeAWS{}, byGraphWalk).plan(c.typ, prior{}, c.is).errors(), c.says...)
		})
	}
}
