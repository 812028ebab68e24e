package taskref

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// CommandSchema is the command of a run; of says of which container.
func CommandSchema(of, more string) schema.ListAttribute {
	return schema.ListAttribute{
		ElementType: types.StringType, Optional: true,
		Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()},
		MarkdownDescription: "Command of " + of + ", a list of words, instead of the one in the task definition." + more,
	}
}

// EnvironmentSchema are the variables of a run; of says of which container.
func EnvironmentSchema(of, more string) schema.MapAttribute {
	return schema.MapAttribute{
		ElementType: types.StringType, Optional: true,
		Validators:          []validator.Map{mapvalidator.KeysAre(tf.StringCheck(run.CheckVariable))},
		MarkdownDescription: "Variables of " + of + ", which override those of the task definition." + more,
	}
}

// WarnOfCommand warns of a command that is one word with blanks.
func WarnOfCommand(command types.List, at path.Path, diags *diag.Diagnostics) {
	if err := task.CheckCommand(tf.StringsOf(command.Elements())); err != nil && !tf.AnyUnknown(command) {
		diags.AddAttributeWarning(at, "Suspicious "+at.String(), tf.Sentence(err.Error()))
	}
}
