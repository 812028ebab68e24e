package taskwire

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
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

// attachments are the policies of a model: on the consumer's role and, where the task
// answers by a task token, on the task's. IAM finds a role by its name in the account of the
// credentials, home, so a role of another account is an error. prefix is the default one of the names of roles.
func (m *model) attachments(ctx context.Context, home arn.Place, prefix types.String, diags *diag.Diagnostics) []attachment {
	if !m.attaches() {
		return nil
	}
	var out []attachment
	attach := func(at path.Path, given, name string, document *types.String) {
		role, here := home.NameIn(given)
		if !here {
			tf.AddInvalidf(diags, at, "role %s is not in account %s (partition %s) of the provider's credentials: no policy can be put on it", given, home.Account, home.Partition)
			return
		}
		out = append(out, attachment{role, name, document})
	}
	attach(path.Root("consumer_role"), m.ConsumerRole.ValueString(), m.PolicyName.ValueString(), &m.PolicyJSON)
	if m.consumer().Integration.Token {
		var t taskref.Model
		tf.Decode(ctx, m.Task, &t, diags)
		role := t.TaskRoleARN.ValueString()
		switch {
		case role != "":
		case !t.FamilyARN.IsNull():
			return out // a whole task that has no role, which a plan refuses
		case prefix.IsUnknown():
			return out
		default: // by the name alone: by the rules, with the provider's prefix of the names of roles
			role = task.RoleName(prefix.ValueString(), t.Name.ValueString(), nameOfRegion(m), task.TaskRole)
		}
		attach(path.Root("task").AtName("task_role_arn"), role, wire.TokenPolicyName(m.PolicyName.ValueString(), m.StateMachine.ValueString()), &m.TokenJSON)
	}
	return out
}

// holder is the wire as one that holds its policies.
func (m *model) holder(ctx context.Context, rec task.Record) aws.Holder {
	var t taskref.Model
	var ignored diag.Diagnostics
	tf.Decode(ctx, m.Task, &t, &ignored)
	return aws.Holder{ID: rec.ID, Name: fmt.Sprintf("the wire from role %s to docker task %s", m.roleName(), t.Name.ValueString())}
}

// attach puts policies on roles that do not have them, up to the first that fails. The result
// are those that may be there now and were not before.
func (r *wireResource) attach(ctx context.Context, attachments []attachment, holder aws.Holder, diags *diag.Diagnostics) []attachment {
	var put []attachment
	for _, a := range attachments {
		written, err := r.Client.HoldRolePolicy(ctx, a.role, a.name, a.document.ValueString(), holder)
		if written {
			put = append(put, a)
		}
		switch {
		case err == nil:
			continue
		case errors.Is(err, aws.ErrOtherPolicy):
			diags.AddAttributeError(path.Root("policy_name"), "The role has another policy of this name", fmt.Sprintf(
				"Role %s%s has an inline policy %s that says something else, and is not the wire's to change. Set policy_name to another name, or delete that policy.",
				a.role, r.Client.Place().Where(true), a.name))
		case lifecycle.IsHeld(err):
			diags.AddAttributeError(path.Root("policy_name"), "Another wire has a policy of this name on the role", tf.Sentence(err.Error())+
				" If two wires had one policy, the first to go would take it from the other. Set policy_name or env_prefix, or use one wire for both.")
		default:
			r.addPutError(diags, a, err)
		}
		break
	}
	return put
}

func (r *wireResource) put(ctx context.Context, a attachment, diags *diag.Diagnostics) {
	if err := r.Client.PutRolePolicy(ctx, a.role, a.name, a.document.ValueString()); err != nil {
		r.addPutError(diags, a, err)
	}
}

func (r *wireResource) addPutError(diags *diag.Diagnostics, a attachment, err error) {
	detail := tf.Sentence(err.Error())
	if aws.IsMissingRole(err) {
		detail = fmt.Sprintf("There is no role %s%s: create it first, or set attach_policy = false. "+
			"It is given by the name or ARN of the role itself, as in aws_iam_role.NAME.name, not of the function or service that has it. %s", a.role, r.Client.Place().Where(true), detail)
	}
	if strings.Contains(detail, "LimitExceeded") {
		detail += " Set attach_policy = false, and put policy_json into a managed policy (aws_iam_policy) that is attached to the role."
	}
	diags.AddAttributeError(path.Root("consumer_role"), "The wire's policy could not be put on the role", detail)
}

// findOrphans is how many orphans there are. One that is not seen is not forgotten: IAM may tell
// of it late, and the next update removes it.
func (r *wireResource) findOrphans(ctx context.Context, orphans []attachment, diags *diag.Diagnostics) int {
	found := 0
	for _, a := range orphans {
		have, err := r.Client.FindRolePolicy(ctx, a.role, a.name)
		if err != nil {
			diags.AddError("The wire's policy could not be read", tf.Sentence(err.Error()))
		}
		if have != "" {
			found++
		}
	}
	return found
}

// removeAll takes policies off their roles, unless they are another wire's by now. The result are
// those that it could not take off.
func (r *wireResource) removeAll(ctx context.Context, attachments []attachment, holder aws.Holder, diags *diag.Diagnostics) []attachment {
	var failed []attachment
	var left []aws.Left
	for _, a := range attachments {
		stays, err := r.Client.DropRolePolicy(ctx, a.role, a.name, holder)
		if err != nil {
			diags.AddError("The wire's policy could not be deleted", tf.Sentence(err.Error()))
			failed = append(failed, a)
		}
		left = append(left, stays...)
	}
	lifecycle.WarnOfLeft(diags, "the wire", left)
	return failed
}
