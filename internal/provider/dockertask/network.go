package dockertask

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// networkReport reports tags that are not used.
type networkReport struct {
	name  string
	place arn.Place
	// given are the attributes whose values the configuration has, so that tags do not matter.
	given []task.NetworkAttribute
	// required: a missing value is needed now, so that tags that contradict each other are an error, and else a
	// warning.
	required bool
	// remedy is how a configuration says it explicitly.
	remedy string
}

func (r networkReport) report(n task.MergedNetwork, diags *diag.Diagnostics) {
	say := func(differences []task.NetworkDifference, asError bool, summary, format string, args ...any) {
		var texts []string
		var at path.Path
		for _, d := range differences {
			if !slices.Contains(r.given, d.Attribute) {
				if len(texts) == 0 {
					at = path.Root(string(d.Attribute))
				}
				texts = append(texts, d.Text)
			}
		}
		if len(texts) == 0 {
			return
		}
		text := fmt.Sprintf("Docker task %s: %s. ", r.name, strings.Join(texts, "; ")) + fmt.Sprintf(format, args...) + " " + r.remedy
		switch {
		case asError:
			diags.AddAttributeError(at, summary, text)
		case r.required:
			diags.AddAttributeWarning(at, summary, text)
		default:
			diags.AddWarning(summary, text)
		}
	}
	const cause = "Someone else has changed the tags of a part, or an update of the docker task was interrupted: then another apply of the docker_task writes the tags of all its parts."
	say(n.Elsewhere, false, "A tag names a cluster where the task cannot run",
		"The task is in %s, and ECS runs it in clusters of its own partition, region and account only: the tag is ignored.", placeText(r.place))
	say(n.Overruled, false, "Tags disagree on where the task runs", "The tags of the task's own roles are taken. %s", cause)
	not := "None of them is taken."
	if r.required {
		not = "None of them can be relied on."
	}
	say(n.Disputed, r.required, "Tags contradict each other on where the task runs", "%s %s", not, cause)
}

// placeText is a place in a message.
func placeText(p arn.Place) string {
	if p.Account == "" {
		return fmt.Sprintf("%s (partition %s)", p.Region, p.Partition)
	}
	return fmt.Sprintf("%s of account %s (partition %s)", p.Region, p.Account, p.Partition)
}

// checkDefinedRoles refuses a task definition with a role of another account or partition. ECS registers
// none, so the answer is not to be relied on.
func checkDefinedRoles(d *task.ObservedDefinition, place arn.Place, diags *diag.Diagnostics) {
	for _, kind := range task.RoleKinds {
		given := task.RoleIn(d, kind)
		if a, err := arn.Parse(given); err == nil {
			if theirs, ours := place.Elsewhere(a); theirs != "" {
				diags.AddError("A role of another "+strings.Fields(theirs)[0], fmt.Sprintf(
					"Task definition %s names %s role %s, of %s, and is itself of %s. ECS passes a task roles of its own account only. "+
						"Register a revision with a role of %[5]s.", d.ARN, kind, given, theirs, ours))
			}
		}
	}
}

// Find is the task that an imported unit is about, with all that docker_task and its
// data source say of it; false where there is none. It is a [Finder].
func Find(ctx context.Context, c *lifecycle.Configured, client *aws.Client, place lifecycle.Site, name string, diags *diag.Diagnostics) (taskref.Model, bool) {
	m, seen, found := describeTask(ctx, c, client, place, name, 0, diags)
	reportImportedNetwork(name, seen, diags)
	return reference(m), found
}

// reportImportedNetwork warns of tags that an import does not use. The plan takes the network from the
// configuration, so it is no error.
func reportImportedNetwork(name string, seen observation, diags *diag.Diagnostics) {
	networkReport{
		name: name, place: seen.place.Place,
		remedy: "The configuration says where the task runs, and the next plan compares it with what was taken.",
	}.report(seen.told, diags)
}

// reference is the task that a resource describes, as a wire takes it.
func reference(m model) taskref.Model {
	return taskref.Model{
		Name: m.Name, Region: m.Region, FamilyARN: m.FamilyARN, ContainerName: m.ContainerName, Cluster: m.Cluster,
		SubnetIDs: m.SubnetIDs, SecurityGroupIDs: m.SecurityGroupIDs, AssignPublicIP: m.AssignPublicIP,
		ExecutionRoleARN: m.ExecutionRoleARN, TaskRoleARN: m.TaskRoleARN, LaunchTypes: m.LaunchTypes, NetworkMode: m.NetworkMode,
	}
}
