package dockertask

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// benchmarked is a docker task with some of everything that a plan works out.
func benchmarked(b *testing.B) model {
	b.Helper()
	ctx := b.Context()
	var diags diag.Diagnostics
	m := newModel(ctx, &diags)
	wires := wiresSchema().NestedObject.Type().(types.ObjectType) //nolint:errcheck // the schema's
	text := types.StringValue
	m.Name, m.Image = text("transcode"), text(tftest.Account+".dkr.ecr.eu-west-1.amazonaws.com/transcode:1")
	m.Command = tf.ListOf([]string{"transcode", "--all"})
	m.Environment = tf.MapOf(map[string]string{"LEVEL": "info", "MODE": "batch"})
	m.Secrets = tf.MapOf(map[string]string{"TOKEN": "/token", "PASSWORD": "secret:database"})
	m.SubnetIDs = tf.SetOf([]string{"subnet-0a", "subnet-0b"})
	m.Tags = tf.MapOf(map[string]string{"team": "video"})
	m.Wires = types.MapValueMust(wires, map[string]attr.Value{
		"uploads": tftest.Object(b, wires, map[string]attr.Value{"object_store": text("uploads"), "access": text("read")}),
		"jobs":    tftest.Object(b, wires, map[string]attr.Value{"job_queue": text("jobs"), "access": text("read_write")}),
		"news":    tftest.Object(b, wires, map[string]attr.Value{"topic": text("news")}),
	})
	if diags.HasError() {
		b.Fatal(diags)
	}
	return m
}

// BenchmarkPlan measures ModifyPlan of docker_task.
func BenchmarkPlan(b *testing.B) {
	ctx := b.Context()
	var schema resource.SchemaResponse
	(&taskResource{}).Schema(ctx, resource.SchemaRequest{}, &schema)
	client, problems := aws.New(ctx, connection.Config{
		AccessKey: "test", SecretKey: "test", Region: "eu-west-1", SkipCredentialsValidation: true, SkipRequestingAccountID: true,
	})
	if client == nil {
		b.Fatal(problems)
	}
	client.AccountID = tftest.Account
	r := &taskResource{}
	r.Client = client
	r.TagRules = task.TagRules{Default: map[string]string{"owner": "media"}}
	config := benchmarked(b)
	raw := func(m model) tftypes.Value {
		state := tfsdk.State{Schema: schema.Schema, Raw: tftypes.NewValue(schema.Schema.Type().TerraformType(ctx), nil)}
		if d := state.Set(ctx, m); d.HasError() {
			b.Fatal(d)
		}
		return state.Raw
	}
	null := tftypes.NewValue(schema.Schema.Type().TerraformType(ctx), nil)
	configured := raw(config)
	plan := func(state tftypes.Value) tfsdk.Plan {
		req := resource.ModifyPlanRequest{
			Config: tfsdk.Config{Schema: schema.Schema, Raw: configured},
			Plan:   tfsdk.Plan{Schema: schema.Schema, Raw: configured},
			State:  tfsdk.State{Schema: schema.Schema, Raw: state},
		}
		resp := resource.ModifyPlanResponse{Plan: req.Plan}
		r.ModifyPlan(ctx, req, &resp)
		if resp.Diagnostics.HasError() {
			b.Fatal(resp.Diagnostics)
		}
		return resp.Plan
	}
	planned := plan(null)
	var applied model
	if d := planned.Get(ctx, &applied); d.HasError() {
		b.Fatal(d)
	}
	applied.Revision = types.Int64Value(3)
	applied.ARN = types.StringValue("arn:aws:ecs:eu-west-1:" + tftest.Account + ":task-definition/transcode:3")
	b.Run("create", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			plan(null)
		}
	})
	state := raw(applied)
	b.Run("update", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			plan(state)
		}
	})
	b.Run("flatten", func(b *testing.B) {
		b.ReportAllocs()
		seen := observation{place: lifecycle.Site{Place: client.Place(), DefaultSubnets: func() types.Set { return tf.SetOf(nil) }}, rules: r.TagRules}
		var diags diag.Diagnostics
		unit := applied.unit(ctx, seen.place, &diags)
		seen.Definition = &task.ObservedDefinition{Definition: unit.Definition, ARN: applied.ARN.ValueString(), Revision: 3}
		for b.Loop() {
			m := applied
			m.flatten(ctx, seen, &diags)
		}
		if diags.HasError() {
			b.Fatal(diags)
		}
	})
}
