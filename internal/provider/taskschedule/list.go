package taskschedule

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
)

// NewListResource makes the list of schedules; the task of each is found by find.
func NewListResource(find taskref.Finder) list.ListResource {
	r, _ := NewResource(find).(*scheduleResource)
	return scheduleList{r}
}

// scheduleList is the list resource docker_task_schedule.
type scheduleList struct{ *scheduleResource }

var _ list.ListResourceWithConfigure = scheduleList{}

// listModel is the configuration of the list.
type listModel struct {
	lifecycle.ListModel
	Group types.String `tfsdk:"group"`
}

// ListResourceConfigSchema describes the list.
func (l scheduleList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := lifecycle.ListSchema("schedules", awsname.Schedule, "A schedule has no tags: each schedule and its role are read for it.")
	attributes["group"] = schema.StringAttribute{Optional: true, Validators: []validator.String{tf.StringCheck(schedule.CheckName)}, MarkdownDescription: "Schedule group to look in. Default: all."}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists schedules of EventBridge Scheduler that run an ECS task, those of other tools too.",
		Attributes:          attributes,
	}
}

// List lists schedules.
func (l scheduleList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = l.Unit.List(ctx, req, config.Region, func(ctx context.Context, client *aws.Client, site lifecycle.Site) iter.Seq2[*model, error] {
		return func(yield func(*model, error) bool) {
			for s, err := range client.Schedules(ctx, config.Group.ValueString(), config.Filter()) {
				var diags diag.Diagnostics
				m := onlyNamed(ctx, types.StringValue(s.Name), types.StringValue(s.Group), site.Region, &diags)
				if !yield(&m, err) || err != nil {
					return
				}
			}
		}
	})
}
