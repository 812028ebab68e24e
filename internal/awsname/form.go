// Package awsname has AWS's rules for names, ARNs and limits that more than one package needs, each once
// and with the page of AWS that states it. Checks, messages and documentation are made from them. A rule
// of one attribute alone stands beside its check. It is pure.
package awsname

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// Name is a rule for names of which each character is of one class.
type Name struct {
	// Pattern matches a name.
	Pattern *regexp.Regexp
	// Max is the length of the longest name, in characters.
	Max int
	// Says is the rule in words: "1 to 64 letters, digits and hyphens".
	Says string
}

// newName is the rule for names of 1 to most characters of a class, which is given as a regular expression
// and in words.
func newName(class string, most int, words string) Name {
	return Name{
		Pattern: regexp.MustCompile(fmt.Sprintf("^[%s]{1,%d}$", class, most)),
		Max:     most,
		Says:    fmt.Sprintf("1 to %d %s", most, words),
	}
}

// Matches reports whether a text is such a name.
func (n Name) Matches(text string) bool { return n.Pattern.MatchString(text) }

// Form is the form of the names and ARNs of one kind of AWS object.
type Form struct {
	// Service is the service in the ARN.
	Service string
	// NoPlace: the ARN has neither region nor account, as those of S3.
	NoPlace bool
	// NoAccount: the ARN has a region and no account, as those of AWS's own objects.
	NoAccount bool
	// Prefix begins the resource part of the ARN; the name follows.
	Prefix string
	// Name matches a name with all that may follow it, such as the version of a function. Its groups are
	// the parts of the name.
	Name *regexp.Regexp
	// Says is the rule for names in words.
	Says string
	// Example stands for the name in [Form.Shape]; "" is NAME.
	Example string
}

// ARN is the ARN of an object that is given by its name or its ARN; "" for "".
func (f Form) ARN(given string, place arn.Place) string {
	if given == "" || arn.Is(given) {
		return given
	}
	return f.Resource(place, f.Prefix+given)
}

// Resource is the ARN of any resource of the same service.
func (f Form) Resource(place arn.Place, resource string) string {
	if f.NoPlace {
		place.Region, place.Account = "", ""
	}
	if f.NoAccount {
		place.Account = ""
	}
	return place.Regional(f.Service, resource)
}

// NameIn is the name in an ARN. The second result is false for the ARN of another kind of object. The name
// itself is not checked.
func (f Form) NameIn(a arn.ARN) (string, bool) {
	if a.Service != f.Service {
		return "", false
	}
	return strings.CutPrefix(a.Resource, f.Prefix)
}

// Shape is the ARN as messages and documentation show it: arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME.
func (f Form) Shape() string {
	example := f.Example
	if example == "" {
		example = "NAME"
	}
	return f.Resource(Placeholders, f.Prefix+example)
}

// Placeholders are the place in the ARNs of messages and documentation.
var Placeholders = arn.Place{Partition: "PARTITION", Region: "REGION", Account: "ACCOUNT"}

// The parts of a place as they may stand in a policy: no wildcard among them.
var (
	Partition = regexp.MustCompile(`^aws(?:-[a-z]+)*$`)
	Region    = regexp.MustCompile(`^[a-z]+(?:-[a-z]+)+-[0-9]+$`)
	AccountID = regexp.MustCompile(`^[0-9]{12}$`)
)
