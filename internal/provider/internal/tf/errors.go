package tf

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Invalid names the attribute in the summary of an error.
func Invalid(p path.Path) string { return "Invalid " + p.String() }

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
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") {
		s += "."
	}
	return s
}

// Refuse adds an error at an attribute of the resource: what is allowed, and what to do.
func Refuse(diags *diag.Diagnostics, attribute, format string, args ...any) {
	at := path.Root(attribute)
	diags.AddAttributeError(at, Invalid(at), Sentence(fmt.Sprintf(format, args...)))
}

// AddInvalid adds an error at an attribute: what is wrong with it, and what to do.
func AddInvalid(diags *diag.Diagnostics, at path.Path, what string) {
	diags.AddAttributeError(at, Invalid(at), Sentence(what))
}
