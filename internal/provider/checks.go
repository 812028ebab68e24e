package provider

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
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

// enum takes the words of one of AWS's enums. AWS adds words: one that this release does not know is passed
// on with a warning, so that whatever AWS answers can be written down. What is a known word but for capital
// letters and separators, or no word at all, is refused.
type enum []string

func (e enum) Description(context.Context) string             { return "" }
func (e enum) MarkdownDescription(ctx context.Context) string { return e.Description(ctx) }

var (
	enumWord      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	enumSeparator = strings.NewReplacer("_", "", "-", "")
)

func (e enum) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	v := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || slices.Contains(e, v) {
		return
	}
	misspelt := slices.ContainsFunc(e, func(word string) bool {
		return strings.EqualFold(enumSeparator.Replace(word), enumSeparator.Replace(v))
	})
	if misspelt || !enumWord.MatchString(v) {
		resp.Diagnostics.AddAttributeError(req.Path, invalid(req.Path), sentence(oneOf(e)(v)))
		return
	}
	resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown value of "+req.Path.String(), fmt.Sprintf(
		"This release of the provider knows %s, and not %q, which is passed to AWS as it is.", strings.Join(e, ", "), v))
}

// ofEnum is a field whose value, or each element of it, is a word of an enum.
func ofEnum[T any](f field[T], words []string) field[T] {
	switch a := f.attribute.(type) {
	case schema.StringAttribute:
		a.Validators = append(a.Validators, enum(words))
		f.attribute = a
	case schema.ListAttribute:
		a.Validators = append(a.Validators, listvalidator.ValueStringsAre(enum(words)))
		f.attribute = a
	}
	return f
}

// invalid names the attribute in the summary of an error.
func invalid(p path.Path) string { return "Invalid " + p.String() }

// sentence makes a message of a remark that may stand in the middle of one. A name of a
// configuration at its beginning, such as env_prefix or wires["a"], stays as it is written there.
func sentence(s string) string {
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
