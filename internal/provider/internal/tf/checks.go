package tf

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// StringCheck makes a validator of a pure function that returns what is wrong with a text as an error. The rules
// themselves stand where they are known, in internal/task.
type StringCheck func(string) error

// Description is empty: the attribute's own says what is allowed.
func (c StringCheck) Description(context.Context) string { return "" }

// MarkdownDescription is empty, as Description.
func (c StringCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateString adds an error at the attribute. Null and unknown pass.
func (c StringCheck) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c(req.ConfigValue.ValueString()); err != nil {
		AddInvalid(&resp.Diagnostics, req.Path, err)
	}
}

// Int64Check is the same for numbers.
type Int64Check func(int64) error

// Description is empty: the attribute's own says what is allowed.
func (c Int64Check) Description(context.Context) string { return "" }

// MarkdownDescription is empty, as Description.
func (c Int64Check) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateInt64 adds an error at the attribute. Null and unknown pass.
func (c Int64Check) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c(req.ConfigValue.ValueInt64()); err != nil {
		AddInvalid(&resp.Diagnostics, req.Path, err)
	}
}

// Between takes numbers from low to high of the given unit.
func Between(low, high int64, unit string) Int64Check {
	return func(v int64) error {
		if v < low || v > high {
			return fmt.Errorf("allowed are %d to %d%s, not %d", low, high, unit, v)
		}
		return nil
	}
}

// OneOf takes one of a list of words.
func OneOf(words []string) StringCheck {
	return func(s string) error {
		for _, w := range words {
			if s == w {
				return nil
			}
		}
		return fmt.Errorf("allowed are %s, not %q", strings.Join(words, ", "), s)
	}
}

// Enum takes the words of one of AWS's enums. AWS adds words: one that this release does not know is passed
// on with a warning, so that whatever AWS answers can be written down. What is a known word but for capital
// letters and separators, or no word at all, is refused.
type Enum []string

// Description is empty: the attribute's own says what is allowed.
func (e Enum) Description(context.Context) string { return "" }

// MarkdownDescription is empty, as Description.
func (e Enum) MarkdownDescription(ctx context.Context) string { return e.Description(ctx) }

var (
	enumWord      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	enumSeparator = strings.NewReplacer("_", "", "-", "")
)

// ValidateString adds an error for a misspelt word, and a warning for one that is not known.
func (e Enum) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	v := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || slices.Contains(e, v) {
		return
	}
	misspelt := slices.ContainsFunc(e, func(word string) bool {
		return strings.EqualFold(enumSeparator.Replace(word), enumSeparator.Replace(v))
	})
	if misspelt || !enumWord.MatchString(v) {
		AddInvalid(&resp.Diagnostics, req.Path, OneOf(e)(v))
		return
	}
	resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown value of "+req.Path.String(), fmt.Sprintf(
		"This release of the provider knows %s, and not %q, which is passed to AWS as it is.", strings.Join(e, ", "), v))
}

// OfEnum is a field whose value, or each element of it, is a word of an enum.
func OfEnum[T any](f Field[T], words []string) Field[T] {
	switch a := f.Attribute.(type) {
	case schema.StringAttribute:
		a.Validators = append(a.Validators, Enum(words))
		f.Attribute = a
	case schema.ListAttribute:
		a.Validators = append(a.Validators, listvalidator.ValueStringsAre(Enum(words)))
		f.Attribute = a
	}
	return f
}

// CheckARN takes ARNs of a service.
func CheckARN(service string) func(string) error {
	return func(s string) error {
		a, err := arn.Parse(s)
		switch {
		case err != nil:
			return fmt.Errorf("%w%s", err, arn.Hint(s))
		case a.Service != service:
			return fmt.Errorf("%q is an ARN of %s, not of %s%s", s, a.Service, service, arn.Hint(s))
		}
		return nil
	}
}

// CheckPolicyName checks the name of an inline policy.
func CheckPolicyName(name string) error {
	switch {
	case !awsname.Policy.Matches(name):
		return fmt.Errorf("the name of a policy has %s; %q does not", awsname.Policy.Says, name)
	case slices.Contains(task.OwnPolicyNames, name):
		return fmt.Errorf("%q is the name of the policy that the provider derives itself; choose another", name)
	}
	return nil
}

// CheckRegion refuses the empty region, which would be planned as the provider's: core takes
// no plan that is not as configured. Others are checked when the client is made.
func CheckRegion(region string) error {
	if region == "" {
		return errors.New(`"" is no region: leave region out, or set it to null, for the provider's`)
	}
	return nil
}
