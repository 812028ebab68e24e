package wire

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
)

// givenByARN is the value that is there if the target was given by ARN.
const givenByARN = "given_by_arn"

// target reads the target of a wire: the values for the templates, and where it is. An ARN
// keeps its own place; a name is of the given one.
func (k Kind) target(w Wire, place arn.Place) (values, arn.Place, []Problem) {
	v := values{}
	if place.Account != "" {
		v["home_account"] = place.Account
	}
	var problems []Problem
	switch k.Given {
	case ByObject:
		problems = k.readFields(w, v)
		if text := v[fieldARN]; text != "" && len(problems) == 0 {
			at, err := readARN(k.arns, text, v)
			if err != nil {
				problems = append(problems, w.problem(k.Name+"."+fieldARN, k.mustBe(text)+"; "+err.Error()))
			}
			place = at
		}
		if len(problems) == 0 {
			problems = k.missing(w, v)
		}
	default:
		text := w.Value
		switch {
		case text == "":
			problems = append(problems, w.problem(k.Name, k.mustBe(text)+"; this one is empty"))
		case arn.Is(text):
			at, err := readARN(k.arns, text, v)
			if err != nil {
				problems = append(problems, w.problem(k.Name, k.mustBe(text)+"; "+err.Error()))
			}
			place = at
			v[fieldARN], v[givenByARN] = text, text
		case !matchName(k.arns, text, v):
			problems = append(problems, w.problem(k.Name, k.mustBe(text)+k.described(text)))
		}
	}
	if len(problems) > 0 {
		return nil, place, problems
	}
	suffix, known := arn.DNSSuffixes[place.Partition]
	if !known && place.Partition != "" && k.uses("suffix") {
		return nil, place, []Problem{w.problem(k.Name, fmt.Sprintf("the host names of partition %q are not known to this version of the provider; known are %s",
			place.Partition, strings.Join(slices.Sorted(maps.Keys(arn.DNSSuffixes)), ", ")))}
	}
	v["partition"], v["region"], v["account"], v["suffix"] = place.Partition, place.Region, place.Account, suffix
	if k.derive != nil {
		if err := k.derive(v); err != nil {
			return nil, place, []Problem{w.problem(k.Name, err.Error())}
		}
	}
	if !v.has(fieldARN) {
		v[fieldARN] = k.arns.ARN(v["target"], place)
	}
	return v, place, nil
}

// readFields copies the fields of an object that are set.
func (k Kind) readFields(w Wire, v values) []Problem {
	var problems []Problem
	for _, f := range k.Fields {
		text := w.Fields[f.Name]
		if text == "" {
			continue
		}
		if f.pattern != nil && !f.pattern.MatchString(text) {
			problems = append(problems, w.problem(k.Name+"."+f.Name, f.Name+" is "+f.says+k.described(text)))
			continue
		}
		v[f.Name] = text
	}
	return problems
}

// missing names the fields that the target needs and that neither the object nor its ARN has.
func (k Kind) missing(w Wire, v values) []Problem {
	var names []string
	for _, f := range k.Fields {
		if f.needed && !v.has(f.Name) {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	text := k.Name + " needs " + strings.Join(names, " and ")
	if k.hasARN() && !v.has(fieldARN) {
		text += ", or arn"
	}
	return []Problem{w.problem(k.Name, text)}
}

func (k Kind) hasARN() bool {
	return slices.ContainsFunc(k.Fields, func(f Field) bool { return f.Name == fieldARN })
}

// readARN takes the values out of an ARN. The error goes on in a message about the target.
func readARN(f awsname.Form, text string, v values) (arn.Place, error) {
	a, err := arn.Parse(text)
	switch {
	case err != nil:
		return arn.Place{}, errors.New("this one is not whole, or has a wildcard before the resource")
	case a.Service != f.Service:
		return arn.Place{}, errors.New("this is an ARN of " + a.Service + arn.Hint(text))
	case !awsname.Partition.MatchString(a.Partition):
		return arn.Place{}, errors.New("this one has no partition such as aws")
	case f.NoPlace && (a.Region != "" || a.Account != ""):
		return arn.Place{}, errors.New("this one has a region or an account")
	case !f.NoPlace && !awsname.Region.MatchString(a.Region):
		return arn.Place{}, errors.New("this one has no region")
	case f.NoAccount && a.Account != "":
		return arn.Place{}, errors.New("this one has an account")
	case !f.NoPlace && !f.NoAccount && !awsname.AccountID.MatchString(a.Account):
		return arn.Place{}, errors.New("this one has no account id of 12 digits")
	}
	rest, found := f.NameIn(a)
	before := maps.Clone(v)
	if !found || !matchName(f, rest, v) {
		return arn.Place{}, errors.New("this is the ARN of something else of " + f.Service)
	}
	for name, said := range before {
		if v[name] != said {
			return arn.Place{}, fmt.Errorf("%s is set to another than the ARN's", name)
		}
	}
	return a.Place(), nil
}

// matchName takes the values out of a name. Groups that match nothing leave alone what is there.
func matchName(f awsname.Form, target string, v values) bool {
	m := f.Name.FindStringSubmatch(target)
	if m == nil {
		return false
	}
	v["target"] = target
	for i, group := range f.Name.SubexpNames() {
		if group != "" && m[i] != "" {
			v[group] = m[i]
		}
	}
	return true
}

// mustBe begins a message about a refused target.
func (k Kind) mustBe(text string) string {
	switch {
	case k.Given == ByObject:
		return fmt.Sprintf("the arn of %s is %s", k.Name, k.arns.Shape())
	case arn.Is(text):
		return fmt.Sprintf("%s is %s, by name or by an ARN such as %s", k.Name, k.Description, k.arns.Shape())
	}
	return fmt.Sprintf("%s is %s, by name (%s) or by ARN (%s)", k.Name, k.Description, k.arns.Says, k.arns.Shape())
}

// described is a refused text as it may stand in a message.
func (k Kind) described(text string) string {
	if n := len([]rune(text)); k.secretive || n > 80 {
		return fmt.Sprintf("; this one, of %d characters, is neither", n) + arn.Hint(text)
	}
	return fmt.Sprintf("; %q is not", text) + arn.Hint(text)
}

// readKey reads the ARN of a customer-managed key. The error does not repeat it.
func readKey(text string) (arn.ARN, error) {
	const form = "a key is given by its ARN, %s%s"
	wanted := awsname.Key.Shape()
	a, err := arn.Parse(text)
	id, isKey := awsname.Key.NameIn(a)
	switch {
	case err != nil || a.Service != awsname.Key.Service:
		return a, fmt.Errorf(form, wanted, "; this is not one")
	case strings.HasPrefix(a.Resource, "alias/"):
		return a, fmt.Errorf(form, wanted, "; this is the ARN of an alias, which IAM does not resolve in a policy")
	case !awsname.Partition.MatchString(a.Partition), !awsname.Region.MatchString(a.Region),
		!awsname.AccountID.MatchString(a.Account), !isKey, !awsname.Key.Name.MatchString(id):
		return a, fmt.Errorf(form, wanted, "; this one has no partition, region, account or id of a key")
	}
	return a, nil
}
