package taskcluster

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// claims are the parts of a planned cluster.
func (m *model) claims() []lifecycle.Claim {
	if tf.UnknownAny(m.Name, m.Region) {
		return nil
	}
	// The parts of the event history are named after the cluster.
	return []lifecycle.Claim{lifecycle.NewClaim(
		lifecycle.NewPart("cluster", m.Region.ValueString(), m.Name.ValueString()), path.Root("name"),
		"One resource manages a cluster: give the other one a name of its own, or remove it."+lifecycle.OnceEach,
	)}
}
