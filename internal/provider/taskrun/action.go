package taskrun

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/run"
)

var (
	_ action.ActionWithConfigure      = (*runAction)(nil)
	_ action.ActionWithModifyPlan     = (*runAction)(nil)
	_ action.ActionWithValidateConfig = (*runAction)(nil)
)

// runAction is the action docker_task_run.
type runAction struct{ lifecycle.Configured }

// NewAction makes the action docker_task_run.
func NewAction() action.Action { return &runAction{} }

// actionModel is the action docker_task_run.
type actionModel struct {
	arguments
	EnvironmentWO types.Map      `tfsdk:"environment_wo"`
	StreamLogs    types.Bool     `tfsdk:"stream_logs"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// Metadata names the action.
func (a *runAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_task_run"
}

// Configure takes the provider's data.
func (a *runAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.SetData(req.ProviderData, &resp.Diagnostics)
}

// Schema describes the action: the arguments of the resource, without what belongs to a state.
func (a *runAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := ofAction(argumentsSchema())
	maps.Copy(attributes, map[string]schema.Attribute{
		"environment_wo": schema.MapAttribute{
			ElementType: types.StringType, Optional: true, WriteOnly: true,
			Validators: []validator.Map{mapvalidator.KeysAre(tf.StringCheck(run.CheckVariable))},
			MarkdownDescription: "Variables of the main container that may be ephemeral values, such as a token that was made for this run. They stand neither in a plan nor in state; " +
				"whoever may call `DescribeTasks` or read CloudTrail sees them. They override `environment`.",
		},
		"stream_logs": schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the lines of the main container's log are shown as they come. Default: true."},
		"timeouts":    timeouts.Attributes(ctx),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs a docker task, shows its states and its log, and waits for it: for a run now and then, by hand with `terraform apply -invoke`, or after another change. " +
			"Terraform does not repeat an action that failed; for what has to succeed before something else happens there is the resource `docker_task_run`.",
		Attributes: attributes,
	}
}

// ValidateConfig checks attributes against each other. What is not known is not judged.
func (a *runAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.validate(ctx, &resp.Diagnostics)
	given, _ := config.Timeouts.Attributes()["invoke"].(types.String)
	config.checkTimeout(path.Root("timeouts").AtName("invoke"), given, &resp.Diagnostics)
}

// ModifyPlan checks what can be known before the run. Nothing is run.
func (a *runAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.Client == nil {
		return
	}
	ctx = a.Client.Context(ctx)
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	region := taskref.Region(ctx, config.Task, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || region.IsUnknown() {
		return
	}
	_, site := a.InRegion(ctx, region, lifecycle.AtTaskRegion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	lifecycle.CheckArgumentPlaces("docker_task_run", req.Config.Raw, site.Place, &resp.Diagnostics)
	d := config.describe(ctx, site, a.TagRules, &resp.Diagnostics)
	d.task.CheckPlace("run", site.Place, &resp.Diagnostics)
	d.check(&resp.Diagnostics)
}

// Invoke runs the task.
func (a *runAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	ctx, end := a.Begin(ctx, config.Timeouts.Invoke, run.DefaultTimeout, &resp.Diagnostics)
	if end == nil {
		return
	}
	defer end()
	client, site := a.InRegion(ctx, taskref.Region(ctx, config.Task, &resp.Diagnostics), lifecycle.AtTaskRegion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	site.ResolveAccount(ctx, client, &resp.Diagnostics)
	config.mergeEnvironment()
	d := config.describe(ctx, site, a.TagRules, &resp.Diagnostics)
	d.check(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	progress := newProgress(func(line string) { resp.SendProgress(action.InvokeProgressEvent{Message: line}) })
	d.conduct.Tell, d.conduct.Stream = progress.tell, config.StreamLogs.IsNull() || config.StreamLogs.ValueBool()
	result, err := client.Run(ctx, d.request, d.conduct)
	progress.end()
	report(config.title(), result, err, &resp.Diagnostics)
}

// mergeEnvironment puts the write-only variables over the others.
func (m *actionModel) mergeEnvironment() {
	if len(m.EnvironmentWO.Elements()) == 0 {
		return
	}
	all := tf.StringMapOf(m.Environment)
	maps.Copy(all, tf.StringMapOf(m.EnvironmentWO))
	m.Environment = tf.MapOf(all)
}

// progress sends lines from one goroutine. The framework's channel has no buffer and blocks for ever if the client stops
// reading: then lines are dropped and counted, and the run goes on.
type progress struct {
	lines   chan string
	done    chan struct{}
	dropped int
}

const (
	// progressBuffer is how many lines wait for the client.
	progressBuffer = 2000
	// progressEnd is how long the last lines may take to be read.
	progressEnd = 5 * time.Second
)

func newProgress(send func(string)) *progress {
	p := &progress{lines: make(chan string, progressBuffer), done: make(chan struct{})}
	go func() {
		defer close(p.done)
		for line := range p.lines {
			send(line)
		}
	}()
	return p
}

// tell sends a line. It is called by one goroutine.
func (p *progress) tell(line string) {
	if p.dropped > 0 {
		select {
		case p.lines <- fmt.Sprintf("… %d lines left out", p.dropped):
			p.dropped = 0
		default:
		}
	}
	select {
	case p.lines <- line:
	default:
		p.dropped++
	}
}

// end waits for the client to read what was sent.
func (p *progress) end() {
	close(p.lines)
	select {
	case <-p.done:
	case <-time.After(progressEnd):
	}
}
