package taskcluster

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ValidateConfig checks what goes together. What is not known yet may turn out either way, and is no error.
func (r *clusterResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	checked := config
	if checked.CapacityProviders.IsNull() {
		checked.CapacityProviders = tf.SetOf(cluster.DefaultProviders)
	}
	checked.checkStrategy(ctx, &resp.Diagnostics)
	config.checkExecute(ctx, &resp.Diagnostics)
	config.checkTags(&resp.Diagnostics)
}

func (m *model) checkExecute(ctx context.Context, diags *diag.Diagnostics) {
	e := m.execute(ctx, diags)
	if e == nil || tf.AnyUnknown(m.ExecuteCommand) {
		return
	}
	if attribute, err := e.Check(); err != nil {
		tf.AddInvalid(diags, path.Root("execute_command").AtName(attribute), err)
	}
}

func (m *model) checkTags(diags *diag.Diagnostics) {
	for k, v := range tf.StringMapOf(m.Tags) {
		if err := task.CheckTag(k, v); err != nil {
			tf.AddInvalid(diags, path.Root("tags"), err)
		}
	}
}
