package dockertask

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
)

// NewListResource makes the list of docker tasks.
func NewListResource() list.ListResource {
	r, _ := NewResource().(*taskResource)
	return taskList{r}
}

// taskList is the list resource docker_task: every task definition family is one that a docker task can adopt.
type taskList struct{ *taskResource }

var _ list.ListResourceWithConfigure = taskList{}

// listModel is the configuration of the list.
type listModel struct {
	lifecycle.ListModel
	Tags types.Map `tfsdk:"tags"`
}

// ListResourceConfigSchema describes the list.
func (l taskList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := lifecycle.ListSchema("families", awsname.ECS, "Each task definition is read for it, some 20 a second in a large account.")
	attributes["tags"] = schema.MapAttribute{
		ElementType:         types.StringType,
		Optional:            true,
		MarkdownDescription: "List only families whose newest task definition has these tags. Each task definition is read for it.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists docker tasks, and the task definition families of other tools, which a `docker_task` can adopt by an import. Families without an ACTIVE revision are left out.",
		Attributes:          attributes,
	}
}

// List lists families.
func (l taskList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	tags := map[string]string{}
	diags := req.Config.Get(ctx, &config)
	diags.Append(config.Tags.ElementsAs(ctx, &tags, false)...)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = l.Unit.List(ctx, req, config.Region, func(ctx context.Context, client *aws.Client, site lifecycle.Site) iter.Seq2[*model, error] {
		filter := config.Filter()
		filter.Tags = tags
		return func(yield func(*model, error) bool) {
			for name, err := range client.Families(ctx, filter) {
				var diags diag.Diagnostics
				m := newModel(ctx, &diags)
				m.Name, m.Region = types.StringValue(name), types.StringValue(site.Region)
				if !yield(&m, err) || err != nil {
					return
				}
			}
		}
	})
}
