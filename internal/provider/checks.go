package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// stringCheck makes a validator of a pure function that says what is wrong with a text, or
// "". The rules themselves stand where they are known, in internal/task.
type stringCheck func(string) string

func (c stringCheck) Description(context.Context) string             { return "" }
func (c stringCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

func (c stringCheck) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if wrong := c(req.ConfigValue.ValueString()); wrong != "" {
		resp.Diagnostics.AddAttributeError(req.Path, invalid(req.Path), sentence(wrong))
	}
}

// int64Check is the same for numbers.
type int64Check func(int64) string

func (c int64Check) Description(context.Context) string             { return "" }
func (c int64Check) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

func (c int64Check) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if wrong := c(req.ConfigValue.ValueInt64()); wrong != "" {
		resp.Diagnostics.AddAttributeError(req.Path, invalid(req.Path), sentence(wrong))
	}
}

// between takes numbers from low to high of the given unit.
func between(low, high int64, unit string) int64Check {
	return func(v int64) string {
		if v < low || v > high {
			return fmt.Sprintf("allowed are %d to %d%s, not %d", low, high, unit, v)
		}
		return ""
	}
}

// oneOf takes one of a list of words.
func oneOf(words []string) stringCheck {
	return func(s string) string {
		for _, w := range words {
			if s == w {
				return ""
			}
		}
		return fmt.Sprintf("allowed are %s, not %q", strings.Join(words, ", "), s)
	}
}

// invalid names the attribute in the summary of an error.
func invalid(p path.Path) string { return "Invalid " + p.String() }

// sentence makes a message of a remark that may stand in the middle of one.
func sentence(s string) string {
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
