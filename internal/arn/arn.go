// Package arn builds and reads Amazon Resource Names. It exists so that no ARN is ever
// written by hand: partition, region and account always come from a [Place].
package arn

import (
	"fmt"
	"regexp"
	"strings"
)

// Place is where a resource lives: an AWS partition ("aws", "aws-cn", …), a region and a
// twelve-digit account id. Account is empty when the provider is configured not to look it up.
type Place struct {
	Partition, Region, Account string
}

// Complete reports whether ARNs can be built for the place.
func (p Place) Complete() bool {
	return p.Partition != "" && p.Region != "" && p.Account != ""
}

// Where says in a message where something was looked for: " in eu-west-1", or " in account 123456789012"
// for a service that has no regions, such as IAM. It is "" where that is not known.
func (p Place) Where(global bool) string {
	switch {
	case !global && p.Region != "":
		return " in " + p.Region
	case global && p.Account != "":
		return " in account " + p.Account
	}
	return ""
}

// Regional is the ARN of a resource of a regional service.
func (p Place) Regional(service, resource string) string {
	return strings.Join([]string{"arn", p.Partition, service, p.Region, p.Account, resource}, ":")
}

// Global is the ARN of a resource of a service without regions, such as IAM.
func (p Place) Global(service, resource string) string {
	return strings.Join([]string{"arn", p.Partition, service, "", p.Account, resource}, ":")
}

// ARN is a parsed Amazon Resource Name. Resource is everything after the fifth colon.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// Is reports whether s is meant as an ARN rather than as a name.
func Is(s string) bool { return strings.HasPrefix(s, "arn:") }

// head is everything before the resource. No wildcard, blank or quote: what is read here goes
// on into policies.
var head = regexp.MustCompile(`^arn:[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]*:[a-z0-9-]*$`)

// Parse reads an ARN. The error says what an ARN looks like.
func Parse(s string) (ARN, error) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[5] == "" || !head.MatchString(strings.Join(parts[:5], ":")) {
		return ARN{}, fmt.Errorf("%q is not an ARN of the form arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE", s)
	}
	return ARN{Partition: parts[1], Service: parts[2], Region: parts[3], Account: parts[4], Resource: parts[5]}, nil
}

// String is the ARN as AWS writes it.
func (a ARN) String() string {
	return strings.Join([]string{"arn", a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// Place is where the resource lives.
func (a ARN) Place() Place {
	return Place{Partition: a.Partition, Region: a.Region, Account: a.Account}
}

// AWSAccount stands for the account in the ARNs of AWS's own parts, such as managed policies.
const AWSAccount = "aws"

// Elsewhere compares partition, region and account of an ARN with those of the place. It returns the first that
// differs, as in "account 999999999999", and the place's own, as in "account 123456789012"; "" if none
// differs. A value that the place or the ARN does not have is not compared. AWS's own objects, such as managed
// policies, are in every account.
func (p Place) Elsewhere(a ARN) (theirs, ours string) {
	account := a.Account
	if account == AWSAccount {
		account = ""
	}
	for _, c := range []struct{ what, theirs, ours string }{
		{"partition ", a.Partition, p.Partition},
		{"region ", a.Region, p.Region},
		{"account ", account, p.Account},
	} {
		if c.theirs != "" && c.ours != "" && c.theirs != c.ours {
			return c.what + c.theirs, c.what + c.ours
		}
	}
	return "", ""
}

// NameIn is the name of a part that is given by its name or by its ARN, where a call finds it by the
// name alone: in one place. The second result is false for an ARN of another partition, region or
// account, and for every ARN where the place has no account to compare: another part may have the name
// here. The name of an ARN is used without this only where it is shown or compared, and nothing is
// looked up by it.
func (p Place) NameIn(given string) (string, bool) {
	if !Is(given) {
		return given, given != ""
	}
	a, err := Parse(given)
	if err != nil || a.Partition != p.Partition || a.Account != p.Account || a.Account == "" {
		return "", false
	}
	if theirs, _ := p.Elsewhere(a); theirs != "" {
		return "", false
	}
	return a.Name(), true
}

// Name is the part of the resource after its last slash: the name of a role whatever its
// path, the name of a cluster. It does not tell of which account: see [Place.NameIn].
func (a ARN) Name() string {
	return a.Resource[strings.LastIndexByte(a.Resource, '/')+1:]
}

// RolePath is the path of a role: what stands between "role" and its name, "/" at least.
func (a ARN) RolePath() string {
	return strings.TrimSuffix(strings.TrimPrefix(a.Resource, "role"), a.Name())
}
