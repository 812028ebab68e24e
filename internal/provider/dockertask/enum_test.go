package dockertask

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// TestTask_enumsCarryWhatTheyDoNotKnow: every word of an enum that AWS may answer can be written down, also
// one that AWS has gained since; a known word in other letters is refused.
func TestTask_enumsCarryWhatTheyDoNotKnow(t *testing.T) {
	t.Parallel()
	seen := map[string]tf.Enum{}
	var walk func(at string, a schema.Attribute)
	walk = func(at string, a schema.Attribute) {
		if s, ok := a.(schema.StringAttribute); ok {
			for _, v := range s.Validators {
				if e, ok := v.(tf.Enum); ok {
					seen[at] = e
				}
			}
		}
		for name, inner := range innerAttributes(a) {
			walk(at+"."+name, inner)
		}
	}
	for name, a := range taskAttributesSchema() {
		walk(name, a)
	}
	for _, must := range []string{
		"architecture", "operating_system_family", "network_mode", "log_group.class", "log_driver", "sidecars.log_driver", "pid_mode", "ipc_mode",
		"version_consistency", "ports.protocol", "ports.app_protocol", "firelens_configuration.type", "volumes.docker.scope",
		"placement_constraints.type", "proxy_configuration.type", "trusted_execution_configuration.isolation_mode",
	} {
		if seen[must] == nil {
			t.Errorf("%s is no enum", must)
		}
	}
	judged := func(e tf.Enum, word string) (errors, warnings int) {
		var resp validator.StringResponse
		e.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("x"), ConfigValue: types.StringValue(word)}, &resp)
		return resp.Diagnostics.ErrorsCount(), resp.Diagnostics.WarningsCount()
	}
	for at, e := range seen {
		for word, want := range map[string][2]int{
			e[0]: {0, 0}, "NEW_VALUE_1": {0, 1}, "new-value": {0, 1}, "": {1, 0}, "a word": {1, 0},
			strings.ToUpper(e[0][:1]) + strings.ToLower(e[0][1:]) + "_": {1, 0},
		} {
			if errors, warnings := judged(e, word); errors != want[0] || warnings != want[1] {
				t.Errorf("%s = %q: %d errors and %d warnings", at, word, errors, warnings)
			}
		}
	}
	for launchTypes, base := range onLaunchTypes(t) {
		base.Architecture, base.OperatingSystemFamily, base.LogDriver = types.StringValue("RISCV64"), types.StringValue("LINUX_2030"), types.StringValue("newlogs")
		staysQuiet(t, launchTypes+", unknown values", base)
		base.NetworkMode = types.StringValue("newmode")
		staysQuiet(t, launchTypes+", an unknown network", base)
	}
	other := onLaunchTypes(t)["[EC2]"]
	other.LaunchTypes = tf.SetOf([]string{"NEW_INSTANCES"})
	staysQuiet(t, "an unknown launch type", other)
}
