package lifecycle

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// RefuseMoved refuses another path for a role, which the attribute at describes.
func RefuseMoved(at path.Path, name, from, to string, diags *diag.Diagnostics) {
	tf.AddInvalidf(diags, at.AtName("path"), "IAM cannot move a role, and %s has the path %s, not %s. Give it another name at the same time: set %s.name. "+
		"To keep the path, where another comes from defaults.role_path of the provider, set %[4]s.path = %[2]q. "+
		"If somebody has made the role again with this path, delete it, and the next apply creates it.", name, from, to, at)
}

// RefuseRespelled refuses a role's name in other letters: the new role would be the old one,
// which would be there already, and deleted in the end.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func RefuseRespelled(at path.Path, from, to string, diags *diag.Diagnostics) {
	tf.AddInvalidf(diags, at,
		"IAM takes %s and %s for the same role: names of roles differ in more than upper and lower case. Keep the old spelling, or choose another name.", from, to)
}
