package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/hashicorp/aws-sdk-go-base/v2/tfawserr"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// findRole finds a role and the policies that ref names, all at the same time; nil if there is no such role.
func (c *Client) findRole(ctx context.Context, ref task.RoleRef) (*task.ObservedRole, error) {
	var role *task.ObservedRole
	var attached []string
	policies := ref.LookedAt()
	documents := make([]string, len(policies))
	calls := []func() error{
		func() (err error) { role, err = c.getRole(ctx, ref.Name); return err },
	}
	for i, name := range policies {
		calls = append(calls, func() (err error) {
			documents[i], err = c.FindRolePolicy(ctx, ref.Name, name)
			return err
		})
	}
	if ref.Attached {
		calls = append(calls, func() (err error) { attached, err = c.listAttached(ctx, ref.Name); return err })
	}
	if err := concurrently(ctx, calls...); err != nil || role == nil {
		return nil, err
	}
	role.Attached = attached
	for i, name := range policies {
		if documents[i] != "" {
			role.Policies[name] = documents[i]
		}
	}
	return role, nil
}

// errNoARN: for some seconds after a role was created, IAM may return its unique id (AROA…)
// in place of its ARN. Report: hashicorp/terraform-provider-aws, waitRoleARNIsNotUniqueID.
var errNoARN = errors.New("IAM does not return its ARN yet")

var errNoRole = errors.New("the response has no role")

func (c *Client) getRole(ctx context.Context, name string) (*task.ObservedRole, error) {
	var out *iam.GetRoleOutput
	err := retryWhile(ctx, func(err error) bool { return errors.Is(err, errNoARN) }, func() (err error) {
		out, err = c.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		switch {
		case err != nil:
			return err
		case out.Role == nil: // package middleware refuses it before
			return errNoRole
		case !strings.HasPrefix(aws.ToString(out.Role.Arn), "arn:"):
			return errNoARN
		}
		return nil
	})
	if isMissingRole(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading role %s: %w", name, err)
	}
	r := out.Role
	role := &task.ObservedRole{
		ARN:                aws.ToString(r.Arn),
		Name:               aws.ToString(r.RoleName),
		Path:               aws.ToString(r.Path),
		Description:        aws.ToString(r.Description),
		MaxSessionDuration: int64(aws.ToInt32(r.MaxSessionDuration)),
		Tags:               map[string]string{},
		Policies:           map[string]string{},
		Created:            seconds(r.CreateDate),
	}
	if r.PermissionsBoundary != nil {
		role.PermissionsBoundary = aws.ToString(r.PermissionsBoundary.PermissionsBoundaryArn)
	}
	for _, t := range r.Tags {
		role.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	role.TrustPolicy, err = decoded(r.AssumeRolePolicyDocument)
	return role, err
}

// decoded decodes a policy document as IAM returns it: URL-encoded.
func decoded(document *string) (string, error) {
	text, err := url.QueryUnescape(aws.ToString(document))
	if err != nil {
		return "", fmt.Errorf("reading a policy document: %w", err)
	}
	return text, nil
}

// FindRolePolicy finds an inline policy; "" if the role or the policy does not exist.
func (c *Client) FindRolePolicy(ctx context.Context, role, name string) (string, error) {
	out, err := c.iam.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
	if isMissingRole(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading policy %s of role %s: %w", name, role, err)
	}
	return decoded(out.PolicyDocument)
}

// PutRolePolicy writes an inline policy on a role that the unit does not manage. It waits some seconds for a role that may
// have been created just before: a misspelt name should not take minutes to fail.
func (c *Client) PutRolePolicy(ctx context.Context, role, name, document string) error {
	return c.shortlyWhile(ctx, unknownRole.is, func() error { return c.putRolePolicy(ctx, role, name, document) })
}

// putRolePolicy writes an inline policy. If the policies of the role are too large, the error lists their sizes.
func (c *Client) putRolePolicy(ctx context.Context, role, name, document string) error {
	err := retryWhile(ctx, isBusy, func() error {
		_, err := c.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &name, PolicyDocument: &document})
		return err
	})
	if isFull(err) {
		err = fmt.Errorf("%w; %s", err, c.explainSize(ctx, role, name, document))
	}
	if err != nil {
		return fmt.Errorf("writing policy %s of role %s: %w", name, role, err)
	}
	return nil
}

// explainSize lists the sizes of the inline policies of a role, in characters.
func (c *Client) explainSize(ctx context.Context, role, name, document string) string {
	sizes := map[string]int{name: policy.Size(document)}
	names, err := c.listInline(ctx, role)
	for _, n := range names {
		if n == name {
			continue
		}
		other, e := c.FindRolePolicy(ctx, role, n)
		err = errors.Join(err, e)
		sizes[n] = policy.Size(other)
	}
	sum, text := 0, ""
	for _, n := range slices.Sorted(maps.Keys(sizes)) {
		sum += sizes[n]
		text += fmt.Sprintf(", %s %d", n, sizes[n])
	}
	text = fmt.Sprintf("the inline policies of one role may have %d characters together, white space not counted, and these would have %d: %s",
		policy.RoleInlineLimit, sum, text[2:])
	if err != nil {
		text += " (not all could be read)"
	}
	return text
}

// DeleteRolePolicy deletes an inline policy. A policy or role that does not exist is no error.
func (c *Client) DeleteRolePolicy(ctx context.Context, role, name string) error {
	err := retryWhile(ctx, isBusy, func() error {
		_, err := c.iam.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &role, PolicyName: &name})
		return err
	})
	if err != nil && !isMissingRole(err) {
		return fmt.Errorf("deleting policy %s of role %s: %w", name, role, err)
	}
	return nil
}

// createRole creates a role. A role that exists is the unit's if it carries the unit's id: then the response to an earlier
// attempt was lost.
func (c *Client) createRole(ctx context.Context, kind task.RoleKind, r task.Role, tags map[string]string) error {
	in := &iam.CreateRoleInput{
		RoleName:                 &r.Name,
		Path:                     &r.Path,
		AssumeRolePolicyDocument: &r.TrustPolicy,
		MaxSessionDuration:       aws.Int32(int32(r.MaxSessionDuration)),
		Tags:                     iamTags(tags),
	}
	if r.Description != "" {
		in.Description = &r.Description
	}
	if r.PermissionsBoundary != "" {
		in.PermissionsBoundary = &r.PermissionsBoundary
	}
	return retryWhile(ctx, isTransientConflict, func() error {
		err := c.shortlyWhile(ctx, isMissingPolicy, func() error {
			return c.creating(ctx, rolePart(r.Name), func(ctx context.Context) error {
				_, err := c.iam.CreateRole(ctx, in)
				return err
			})
		})
		if tfawserr.ErrCodeEquals(err, "EntityAlreadyExists") {
			have, findErr := c.getRole(ctx, r.Name)
			if findErr != nil {
				return findErr
			}
			part := roleClaim(kind, r.Name)
			if have == nil {
				return c.beingDeleted(part) // one of the responses is stale
			}
			return c.refuse(part, have.Tags, tags[task.TagUnit])
		}
		return wrapError(err, "creating role "+r.Name)
	})
}

// putPolicies writes the policies of a role that was just created.
func (c *Client) putPolicies(ctx context.Context, r task.Role) error {
	var calls []func() error
	for _, name := range sortedKeys(r.Policies) {
		calls = append(calls, func() error {
			return retryWhile(ctx, isRoleUnknownYet, func() error {
				return c.putRolePolicy(ctx, r.Name, name, r.Policies[name])
			})
		})
	}
	for _, arn := range r.ManagedPolicyARNs {
		calls = append(calls, func() error {
			return c.attach(ctx, r.Name, arn, isRoleUnknownYet)
		})
	}
	return concurrently(ctx, calls...)
}

// attach attaches a managed policy to a role.
func (c *Client) attach(ctx context.Context, role, arn string, retried func(error) bool) error {
	err := c.shortlyWhile(ctx, isMissingPolicy, func() error {
		return retryWhile(ctx, retried, func() error {
			_, err := c.iam.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &role, PolicyArn: &arn})
			return err
		})
	})
	return wrapError(err, "attaching "+arn+" to role "+role)
}

func (c *Client) detach(ctx context.Context, role, arn string) error {
	err := retryWhile(ctx, isBusy, func() error {
		_, err := c.iam.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: &role, PolicyArn: &arn})
		return err
	})
	if err != nil && !isMissingRole(err) {
		return fmt.Errorf("detaching %s from role %s: %w", arn, role, err)
	}
	return nil
}

// changeRole changes an existing role to what it shall be. Policies are managed one by one:
// those wanted are written, those in leaving are removed, all others stay.
func (c *Client) changeRole(ctx context.Context, want task.Role, have *task.ObservedRole, tags task.TagChange, leaving leavingPolicies) error {
	if err := tags.CheckRoom(have.Tags); err != nil {
		return fmt.Errorf("tagging role %s: %w", want.Name, err)
	}
	var calls []func() error
	call := func(what string, f func() error) {
		calls = append(calls, func() error {
			err := c.shortlyWhile(ctx, isMissingPolicy, func() error { return retryWhile(ctx, isBusy, f) })
			return wrapError(err, what+" of role "+want.Name)
		})
	}
	if len(task.RoleDifferences(want, *have)) > 0 {
		call("updating the trust policy", func() error {
			_, err := c.iam.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &want.Name, PolicyDocument: &want.TrustPolicy})
			return err
		})
	}
	if want.Description != have.Description || want.MaxSessionDuration != have.MaxSessionDuration {
		call("updating description and session duration", func() error {
			_, err := c.iam.UpdateRole(ctx, &iam.UpdateRoleInput{
				RoleName: &want.Name, Description: &want.Description, MaxSessionDuration: aws.Int32(int32(want.MaxSessionDuration)),
			})
			return err
		})
	}
	switch {
	case want.PermissionsBoundary == have.PermissionsBoundary:
	case want.PermissionsBoundary == "":
		call("removing the permissions boundary", func() error {
			_, err := c.iam.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: &want.Name})
			return err
		})
	default:
		call("setting the permissions boundary", func() error {
			_, err := c.iam.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: &want.Name, PermissionsBoundary: &want.PermissionsBoundary})
			return err
		})
	}
	if !tags.Empty() {
		call("changing the tags", func() error { return c.tagRole(ctx, want.Name, tags) })
	}
	removed := make(chan struct{})
	// add puts a policy on the role before others are removed, so that no right is missing for a moment. If there is no
	// room for it, it is put there after they are removed.
	add := func(put func() error) {
		calls = append(calls, func() error {
			err := put()
			if !isFull(err) || leaving.none() {
				return err
			}
			<-removed
			return put()
		})
	}
	for _, name := range sortedKeys(want.Policies) {
		if !policy.Equivalent(want.Policies[name], have.Policies[name]) {
			add(func() error { return c.putRolePolicy(ctx, want.Name, name, want.Policies[name]) })
		}
	}
	for _, arn := range want.ManagedPolicyARNs {
		if !slices.Contains(have.Attached, arn) {
			add(func() error {
				return c.attach(ctx, want.Name, arn, isBusy)
			})
		}
	}
	calls = append(calls, func() error {
		defer close(removed)
		return c.stripRole(ctx, want.Name, onRole{inline: leaving.inline, attached: leaving.attached})
	})
	return concurrently(ctx, calls...)
}

// leavingPolicies are policies that the unit put on a role and no longer wants.
type leavingPolicies struct{ inline, attached []string }

func (l leavingPolicies) none() bool { return len(l.inline)+len(l.attached) == 0 }

func (c *Client) tagRole(ctx context.Context, role string, change task.TagChange) error {
	if len(change.Remove) > 0 { // first, to have room for the new ones
		if err := c.untagRole(ctx, role, change.Remove); err != nil {
			return err
		}
	}
	if len(change.Set) == 0 {
		return nil
	}
	_, err := c.iam.TagRole(ctx, &iam.TagRoleInput{RoleName: &role, Tags: iamTags(change.Set)})
	return err
}

func (c *Client) untagRole(ctx context.Context, role string, keys []string) error {
	err := retryWhile(ctx, isBusy, func() error {
		_, err := c.iam.UntagRole(ctx, &iam.UntagRoleInput{RoleName: &role, TagKeys: keys})
		return err
	})
	if isMissingRole(err) {
		return nil
	}
	return err
}

func iamTags(tags map[string]string) []types.Tag {
	var out []types.Tag
	for _, k := range sortedKeys(tags) {
		out = append(out, types.Tag{Key: aws.String(k), Value: aws.String(tags[k])})
	}
	return out
}

// deleteRole deletes a role if it belongs to the unit, with the policies that the unit has on it: IAM deletes no role
// that has some. What else is on the role is listed only if IAM refuses to delete the role because of it.
func (c *Client) deleteRole(ctx context.Context, name string, on onRole, own owner) error {
	var role *task.ObservedRole
	err := c.untilSeen(ctx, rolePart(name), func() (_ bool, err error) {
		role, err = c.getRole(ctx, name)
		return role != nil, err
	})
	if err != nil || role == nil {
		return err
	}
	return c.deleteSeenRole(ctx, role, on, own)
}

// deleteSeenRole is [Client.deleteRole] for a role that was just read.
func (c *Client) deleteSeenRole(ctx context.Context, role *task.ObservedRole, on onRole, own owner) error {
	name := role.Name
	if !own.Owns(task.RolePart, name, role.Tags) {
		own.leaves("role "+name, role.Tags)
		return nil
	}
	if err := c.stripRole(ctx, name, on); err != nil {
		return err
	}
	strip := func() error {
		on, err := c.listOnRole(ctx, name)
		if err != nil {
			return err
		}
		return c.stripRole(ctx, name, on)
	}
	err := deleteWhenEmpty(ctx, strip, func() error {
		_, err := c.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
		return err
	})
	if err != nil && !isMissingRole(err) {
		return fmt.Errorf("deleting role %s: %w", name, err)
	}
	c.session.recent.deleted(rolePart(name), role.Tags)
	return nil
}

// onRole is what IAM must remove before it deletes a role: inline policies, managed ones by ARN, instance profiles.
type onRole struct{ inline, attached, profiles []string }

// policiesOf are the policies that a unit has on its role.
func policiesOf(r task.Role) onRole {
	return onRole{inline: sortedKeys(r.Policies), attached: r.ManagedPolicyARNs}
}

func (c *Client) listOnRole(ctx context.Context, name string) (on onRole, err error) {
	err = concurrently(ctx,
		func() (err error) { on.inline, err = c.listInline(ctx, name); return err },
		func() (err error) { on.attached, err = c.listAttached(ctx, name); return err },
		func() (err error) { on.profiles, err = c.listProfiles(ctx, name); return err },
	)
	return on, err
}

// stripRole removes policies from a role, and the role from instance profiles.
func (c *Client) stripRole(ctx context.Context, name string, on onRole) error {
	var calls []func() error
	for _, p := range on.inline {
		calls = append(calls, func() error { return c.DeleteRolePolicy(ctx, name, p) })
	}
	for _, p := range on.attached {
		calls = append(calls, func() error { return c.detach(ctx, name, p) })
	}
	for _, p := range on.profiles {
		calls = append(calls, func() error {
			err := retryWhile(ctx, isBusy, func() error {
				_, err := c.iam.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{RoleName: &name, InstanceProfileName: &p})
				return err
			})
			if err != nil && !isMissingRole(err) {
				return fmt.Errorf("removing role %s from instance profile %s: %w", name, p, err)
			}
			return nil
		})
	}
	return concurrently(ctx, calls...)
}

func (c *Client) listInline(ctx context.Context, role string) ([]string, error) {
	var out []string
	err := eachPage(ctx, func(ctx context.Context, marker *string) (*string, error) {
		page, err := c.iam.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &role, Marker: marker})
		if err != nil {
			return nil, err
		}
		out = append(out, page.PolicyNames...)
		if !page.IsTruncated {
			return nil, nil
		}
		return page.Marker, nil
	})
	if isMissingRole(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the inline policies of role %s: %w", role, err)
	}
	return out, nil
}

// listAttached lists the ARNs of managed policies; nil if there is no role.
func (c *Client) listAttached(ctx context.Context, role string) ([]string, error) {
	out := []string{}
	err := eachPage(ctx, func(ctx context.Context, marker *string) (*string, error) {
		page, err := c.iam.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: &role, Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, p := range page.AttachedPolicies {
			out = append(out, aws.ToString(p.PolicyArn))
		}
		if !page.IsTruncated {
			return nil, nil
		}
		return page.Marker, nil
	})
	if isMissingRole(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the managed policies of role %s: %w", role, err)
	}
	slices.Sort(out)
	return out, nil
}

func (c *Client) listProfiles(ctx context.Context, role string) ([]string, error) {
	var out []string
	err := eachPage(ctx, func(ctx context.Context, marker *string) (*string, error) {
		page, err := c.iam.ListInstanceProfilesForRole(ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: &role, Marker: marker})
		if err != nil {
			return nil, err
		}
		for _, p := range page.InstanceProfiles {
			out = append(out, aws.ToString(p.InstanceProfileName))
		}
		if !page.IsTruncated {
			return nil, nil
		}
		return page.Marker, nil
	})
	if isMissingRole(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the instance profiles of role %s: %w", role, err)
	}
	return out, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
