package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
)

// The attributes that say where a unit is: a docker task's own, and that of the task that
// every other kind of unit is about.
var (
	atRegion     = path.Root("region")
	atTaskRegion = path.Root("task").AtName("region")
)

// site is the place of a task, and what of its surroundings a description may ask for.
type site struct {
	arn.Place
	// defaultSubnets are those of the default VPC, looked up once.
	defaultSubnets func() []string
	// elsewhere is the site in another region, which the attribute at names; nil at validate, when
	// no place is known.
	elsewhere func(region types.String, at path.Path, diags *diag.Diagnostics) site
}

// of is the site of a task that the one here uses: where the region that the attribute at names is
// not known or the same, the site itself. The second result is false where there is no such region.
func (s site) of(region types.String, at path.Path, diags *diag.Diagnostics) (site, bool) {
	if name := region.ValueString(); name == "" || name == s.Region || s.elsewhere == nil {
		return s, true
	}
	there := s.elsewhere(region, at, diags)
	there.Account = s.Account
	return there, there.Region != ""
}

// defaultSubnets are those of the default VPC.
func defaultSubnets(ctx context.Context, client *awsapi.Client, diags *diag.Diagnostics) []string {
	ids, err := client.DefaultSubnets(ctx)
	if err != nil {
		diags.AddAttributeError(path.Root("subnet_ids"), "The default subnets cannot be looked up",
			fmt.Sprintf("subnet_ids is not set, so the default VPC's are taken, for which the credentials need ec2:DescribeSubnets: %s. Set subnet_ids to do without.", err))
	}
	return ids
}

// taskRegion is the region that a unit's task names, null for the provider's; unknown where it
// may turn out to name one.
func taskRegion(ctx context.Context, object types.Object, diags *diag.Diagnostics) types.String {
	if object.IsUnknown() {
		return types.StringUnknown()
	}
	var t wireTaskModel
	decode(ctx, object, &t, diags)
	return t.Region
}

// inRegion is the client for a region, which the attribute at names, and the place in which
// ARNs are built there.
func (c *configured) inRegion(ctx context.Context, region types.String, at path.Path, diags *diag.Diagnostics) (*awsapi.Client, site) {
	client, err := c.client.InRegion(region.ValueString())
	if err != nil {
		addInvalid(diags, at, err.Error())
		return nil, site{}
	}
	return client, site{
		Place:          client.Place(),
		defaultSubnets: func() []string { return defaultSubnets(ctx, client, diags) },
		elsewhere: func(region types.String, at path.Path, diags *diag.Diagnostics) site {
			_, there := c.inRegion(ctx, region, at, diags)
			return there
		},
	}
}

// ofState holds a place against the account that state is of: what, a name such as "docker
// task transcode", has one of these ARNs. The credentials have to be of the same account;
// where the provider was told not to ask whose they are, state's is taken.
func (s *site) ofState(what string, diags *diag.Diagnostics, arns ...types.String) {
	for _, text := range arns {
		if known, err := arn.Parse(text.ValueString()); err == nil {
			s.ofAccount(what, known.Account, diags)
			return
		}
	}
}

// ofAccount does so where private state has the account, "" if it has not: a create that left next to
// nothing has no ARN in state.
func (s *site) ofAccount(what, account string, diags *diag.Diagnostics) {
	switch {
	case account == "" || account == s.Account || diags.HasError():
	case s.Account == "":
		s.Account = account
	default:
		diags.AddError("Credentials of another account", fmt.Sprintf(
			"The %s is in account %s, and the provider's credentials are for account %s. Use those of account %[2]s; allowed_account_ids in the provider block keeps this from happening.",
			what, account, s.Account))
	}
}

// needAccount asks for the account, where the provider was told not to and an operation
// cannot do without.
func (s *site) needAccount(ctx context.Context, client *awsapi.Client, diags *diag.Diagnostics) {
	if s.Account != "" || diags.HasError() {
		return
	}
	var err error
	if s.Account, err = client.Account(ctx); err != nil {
		diags.AddError("The account is not known", sentence(err.Error()))
	}
}
