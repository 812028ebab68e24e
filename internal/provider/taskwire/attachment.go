package taskwire

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// attachment is one of the wire's policies and the role that it is on.
type attachment struct {
	role, name string
	document   *types.String
}

func (a attachment) isOf(other attachment) bool { return a.role == other.role && a.name == other.name }

// part is the policy as the wire's record has it.
func (a attachment) part() task.Part {
	return task.Part{Kind: task.PolicyPart, Name: a.role + "/" + a.name}
}

// partsOf are policies as the wire's record has them.
func partsOf(attachments []attachment) []task.Part {
	parts := make([]task.Part, len(attachments))
	for i, a := range attachments {
		parts[i] = a.part()
	}
	return parts
}

// recorded are the policies that the record has; what they say is not known.
func recorded(parts []task.Part) []attachment {
	out := make([]attachment, len(parts))
	for i, p := range parts {
		unknown := types.StringNull()
		role, name, _ := strings.Cut(p.Name, "/")
		out[i] = attachment{role, name, &unknown}
	}
	return out
}

// own are those policies that the record has, as the wire's or as possibly put by it. A policy carries no tag that
// could tell.
func own(rec task.Record, attachments []attachment) []attachment {
	return slices.DeleteFunc(slices.Clone(attachments), func(a attachment) bool { return !rec.Has(a.part().Kind, a.part().Name) })
}
