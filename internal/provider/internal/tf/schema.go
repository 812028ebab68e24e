package tf

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ComputedString is a string that the provider computes.
func ComputedString(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// WhichRoleSchema are the attributes that say which role it is: another owner's, or the unit's
// own, whose name is by default what normally says.
func WhichRoleSchema(normally string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"arn": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{StringCheck(task.CheckRoleARN)},
			MarkdownDescription: "ARN of an existing role.",
		},
		"name": schema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{StringCheck(task.CheckRoleName)},
			MarkdownDescription: fmt.Sprintf("Name. Default: %s, shortened to %d characters. ", normally, awsname.Role.Max) +
				"A change creates a new role and deletes the old one last.",
		},
		"name_prefix": schema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{StringCheck(task.CheckRoleNamePrefix)},
			MarkdownDescription: "Prefix of the default name: `team-` makes `team-NAME-REGION-…`. At most 30 characters. Unlike `name_prefix` of the aws provider it adds nothing random: the name is known at " +
				"plan. A reference to the task by its name alone must then include the ARN of the role, unless the prefix is that of the provider's `defaults`. Cannot be used with `name`.",
		},
		"path": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{StringCheck(task.CheckRolePath)},
			MarkdownDescription: "IAM path. Default: `/`, unless the provider's `defaults` say otherwise. IAM cannot change the path of a role: set another `name` with it.",
		},
	}
}

// BoundarySchema is permissions_boundary.
func BoundarySchema(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		Validators:          []validator.String{StringCheck(task.CheckPolicyARN)},
		MarkdownDescription: description + " Without it, that of the provider's `defaults`.",
	}
}

// TagsSchema and TagsAllSchema are the tags of what a unit consists of.
func TagsSchema(of, remark string) schema.MapAttribute {
	return schema.MapAttribute{
		ElementType: types.StringType, Optional: true,
		MarkdownDescription: "Tags of " + of + ". They override the provider's `default_tags`" + remark + ". Keys that begin with `" + task.TagPrefix + "` are reserved.",
	}
}

// TagsAllSchema is tags_all.
func TagsAllSchema(of string) schema.MapAttribute {
	return schema.MapAttribute{
		ElementType: types.StringType, Computed: true,
		MarkdownDescription: "All tags of " + of + ", including those of `default_tags`, without the provider's own.",
	}
}

// CheckRoleName refuses two ways to name one role, which the attribute at describes.
func CheckRoleName(role types.Object, at path.Path, diags *diag.Diagnostics) {
	values := role.Attributes()
	if name, ok := values["name"]; !ok || !IsSet(name) || !IsSet(values["name_prefix"]) {
		return
	}
	AddInvalidf(diags, at.AtName("name_prefix"), "name_prefix begins the name that the role gets where name is not set: set one of them")
}

// Code lists words as code, for a description.
func Code(words []string) string { return "`" + strings.Join(words, "`, `") + "`" }
