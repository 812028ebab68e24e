package tasksubscription

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// claims are the parts of a planned subscription. Its statements are named after the rule.
func (m *model) claims() []lifecycle.Claim {
	if tf.UnknownAny(m.Name, m.Region) {
		return nil
	}
	return []lifecycle.Claim{lifecycle.NewClaim(
		lifecycle.NewPart("rule", m.Region.ValueString(), m.Name.ValueString()), path.Root("name"),
		"Without name, the name of the rule follows from the names of task and target: a second subscription of one target to one task needs a name of its own."+lifecycle.OnceEach,
	)}
}
