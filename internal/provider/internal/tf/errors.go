package tf

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Sentence makes a message of a remark that may stand in the middle of one. A name of a
// configuration at its beginning, such as env_prefix or wires["a"], stays as it is written there.
func Sentence(s string) string {
	if s == "" {
		return s
	}
	first, _, _ := strings.Cut(s, " ")
	if !strings.ContainsAny(first, "_[\"") {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "\n") {
		s += "."
	}
	return s
}

// AddInvalid adds an error at an attribute: what is wrong with it, and what to do. It is the one writer of such
// errors.
func AddInvalid(diags *diag.Diagnostics, at path.Path, err error) {
	diags.AddAttributeError(at, "Invalid "+at.String(), Sentence(err.Error()))
}

// AddInvalidf is AddInvalid with a text.
func AddInvalidf(diags *diag.Diagnostics, at path.Path, format string, args ...any) {
	AddInvalid(diags, at, fmt.Errorf(format, args...))
}
