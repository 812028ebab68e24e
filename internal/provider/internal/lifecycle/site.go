package lifecycle

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// The attributes that say where a unit is: a docker task's own, and that of the task that
// every other kind of unit is about.
var (
	AtRegion     = path.Root("region")
	AtTaskRegion = path.Root("task").AtName("region")
)

// Site is the place of a task, and what of its surroundings a description may ask for.
type Site struct {
	arn.Place
	// DefaultSubnets are those of the default VPC, looked up once; unknown where there are no credentials to
	// look with.
	DefaultSubnets func() types.Set
	// Defaults are those of the provider block, for this region.
	Defaults Defaults
	// elsewhere is the site in another region, which the attribute at names; nil at validate, when
	// no place is known.
	elsewhere func(region types.String, at path.Path, diags *diag.Diagnostics) Site
}

// InRegion is the site of a task that the one here uses: where the region that the attribute at names is
// not known or the same, the site itself. The second result is false where there is no such region.
func (s Site) InRegion(region types.String, at path.Path, diags *diag.Diagnostics) (Site, bool) {
	if name := region.ValueString(); name == "" || name == s.Region || s.elsewhere == nil {
		return s, true
	}
	there := s.elsewhere(region, at, diags)
	there.Account = s.Account
	return there, there.Region != ""
}

// DefaultSubnets are those of the default VPC.
func defaultSubnets(ctx context.Context, client *aws.Client, diags *diag.Diagnostics) types.Set {
	ids, err := client.DefaultSubnets(ctx)
	if wrong := aws.CredentialsError(err); wrong != nil {
		if !wrong.None {
			diags.AddError(wrong.Summary, wrong.Detail)
		}
		return types.SetUnknown(types.StringType)
	}
	if err != nil {
		diags.AddAttributeError(path.Root("subnet_ids"), "The default subnets cannot be looked up",
			fmt.Sprintf("subnet_ids is not set, so the default VPC's are taken, for which the credentials need ec2:DescribeSubnets: %s. Set subnet_ids to do without.", err))
	}
	return tf.SetOf(ids)
}

// InRegion is the client for a region, which the attribute at names, and the place in which
// ARNs are built there.
func (c *Configured) InRegion(ctx context.Context, region types.String, at path.Path, diags *diag.Diagnostics) (*aws.Client, Site) {
	client, err := c.Client.InRegion(region.ValueString())
	if err != nil {
		tf.AddInvalid(diags, at, err)
		return nil, Site{}
	}
	return client, Site{
		Place:          client.Place(),
		DefaultSubnets: func() types.Set { return defaultSubnets(ctx, client, diags) },
		Defaults:       c.defaults.in(client.Place().Region, c.Client.Place().Region),
		elsewhere: func(region types.String, at path.Path, diags *diag.Diagnostics) Site {
			_, there := c.InRegion(ctx, region, at, diags)
			return there
		},
	}
}

// CheckAccountOfState holds a place against the account that state is of: what, a name such as "docker
// task transcode", has one of these ARNs. The credentials have to be of the same account;
// where the provider was told not to ask whose they are, state's is taken.
func (s *Site) CheckAccountOfState(what string, diags *diag.Diagnostics, arns ...types.String) {
	for _, text := range arns {
		if known, err := arn.Parse(text.ValueString()); err == nil {
			s.CheckAccount(what, known.Account, diags)
			return
		}
	}
}

// CheckAccount does so where private state has the account, "" if it has not: a create that left next to
// nothing has no ARN in state.
func (s *Site) CheckAccount(what, account string, diags *diag.Diagnostics) {
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

// ResolveAccount asks for the account, where the provider was told not to and an operation
// cannot do without.
func (s *Site) ResolveAccount(ctx context.Context, client *aws.Client, diags *diag.Diagnostics) {
	if s.Account != "" || diags.HasError() {
		return
	}
	var err error
	if s.Account, err = client.Account(ctx); err != nil {
		diags.AddError("The account is not known", tf.Sentence(err.Error()))
	}
}
