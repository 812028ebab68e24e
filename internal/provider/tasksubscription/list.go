package tasksubscription

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
)

// NewListResource makes the list of subscriptions; the task of each is found by find.
func NewListResource(find taskref.Finder) list.ListResource {
	r, _ := NewResource(find).(*subscriptionResource)
	return subscriptionList{r}
}

// subscriptionList is the list resource docker_task_subscription.
type subscriptionList struct{ *subscriptionResource }

var _ list.ListResourceWithConfigure = subscriptionList{}

// ListResourceConfigSchema describes the list.
func (l subscriptionList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists rules of the default event bus for the state changes of ECS tasks, those of other tools too.",
		Attributes:          lifecycle.ListSchema("rules", awsname.Rule, "The tags of each rule are read for it."),
	}
}

// List lists subscriptions.
func (l subscriptionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config lifecycle.ListModel
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = l.Unit.List(ctx, req, config.Region, func(ctx context.Context, client *aws.Client, site lifecycle.Site) iter.Seq2[*model, error] {
		return func(yield func(*model, error) bool) {
			for name, err := range client.TaskRules(ctx, config.Filter()) {
				m := newModel()
				m.Name, m.Region = types.StringValue(name), types.StringValue(site.Region)
				if !yield(&m, err) || err != nil {
					return
				}
			}
		}
	})
}
