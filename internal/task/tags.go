package task

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
)

// tagText is what all three services take in keys and values.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+@-]*$`)

// CheckTag checks a tag of the user's.
func CheckTag(key, value string) error {
	switch {
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return errors.New("AWS keeps tag keys that begin with aws: to itself; " + described(key))
	case strings.HasPrefix(strings.ToLower(key), TagPrefix): // IAM compares keys without case
		return errors.New("the provider keeps tag keys that begin with " + TagPrefix + " to itself; " + described(key))
	case key == "" || len([]rune(key)) > awsname.MaxTagKey:
		return fmt.Errorf("a tag key has 1 to %d characters; %s", awsname.MaxTagKey, described(key))
	case len([]rune(value)) > awsname.MaxTagValue:
		return fmt.Errorf("the value of a tag has at most %d characters; that of %q has %d", awsname.MaxTagValue, key, len([]rune(value)))
	case !tagText.MatchString(key) || !tagText.MatchString(value):
		return fmt.Errorf("keys and values of tags are letters, digits, blanks and characters of _ . : / = + - @; key or value of %q has others", key)
	}
	return nil
}

// CheckTagCount checks that a docker task has no more tags than AWS takes on one object. The network is in
// tags too.
func CheckTagCount(tags map[string]string, network Network) error {
	return CheckTagRoom(tags, len(network.Tags()))
}

// CheckTagRoom checks that a unit has no more tags than AWS takes on one object: the user's tags, the unit's
// id, and so many others of its own.
func CheckTagRoom(tags map[string]string, others int) error {
	own := 1 + others
	if len(tags)+own <= awsname.MaxTags {
		return nil
	}
	return fmt.Errorf("AWS takes %d tags on one object, and the unit needs %d of them; there are %d, including those of default_tags", awsname.MaxTags, own, len(tags))
}

// CheckTagCase checks that no two keys differ in case only. ECS and CloudWatch Logs take both,
// IAM does not.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
func CheckTagCase(tags map[string]string) error {
	seen := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if other, twice := seen[strings.ToLower(key)]; twice {
			return fmt.Errorf("the keys %q and %q differ in upper and lower case only, including those of default_tags; IAM treats them as one on a role. Write them alike, or remove one", other, key)
		}
		seen[strings.ToLower(key)] = key
	}
	return nil
}

// TagRules are the provider's settings about tags.
type TagRules struct {
	// Default are given to everything; a tag of the resource with the same key wins.
	Default map[string]string
	// IgnoreKeys and IgnorePrefixes name tags that others manage: not read, not removed.
	IgnoreKeys, IgnorePrefixes []string
}

// All are the tags of a resource whose configuration has the given ones.
func (r TagRules) All(tags map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, r.Default)
	maps.Copy(all, tags)
	return r.Users(all)
}

// Users are the tags of a part that the user manages: neither AWS's, nor the provider's, nor ignored ones.
func (r TagRules) Users(tags map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range tags {
		if !r.foreign(k) && !strings.HasPrefix(k, TagPrefix) {
			out[k] = v
		}
	}
	return out
}

// Comparable are the tags of a part that the provider manages: the user's and the unit's own.
func (r TagRules) Comparable(tags map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range tags {
		if !r.foreign(k) {
			out[k] = v
		}
	}
	return out
}

// foreign reports whether the provider ignores a tag. It never ignores its own tags, by which it recognises its
// parts.
func (r TagRules) foreign(key string) bool {
	if strings.HasPrefix(key, TagPrefix) {
		return false
	}
	return strings.HasPrefix(key, "aws:") || slices.Contains(r.IgnoreKeys, key) ||
		slices.ContainsFunc(r.IgnorePrefixes, func(p string) bool { return strings.HasPrefix(key, p) })
}

// TagChange is what has to be done to get from some tags to others.
type TagChange struct {
	Set    map[string]string
	Remove []string // sorted
}

// Empty reports whether there is nothing to do.
func (c TagChange) Empty() bool { return len(c.Set) == 0 && len(c.Remove) == 0 }

// ChangeTags compares tags.
func ChangeTags(from, to map[string]string) TagChange {
	c := TagChange{Set: map[string]string{}}
	for k, v := range to {
		if have, ok := from[k]; !ok || have != v {
			c.Set[k] = v
		}
	}
	for k := range from {
		if _, ok := to[k]; !ok {
			c.Remove = append(c.Remove, k)
		}
	}
	slices.Sort(c.Remove)
	return c
}

// CheckRoom checks that a change leaves no more tags on an object than AWS takes. An adopted
// object and ignored tags may have tags that are not known at plan.
func (c TagChange) CheckRoom(have map[string]string) error {
	after := maps.Clone(have)
	if after == nil {
		after = map[string]string{}
	}
	maps.DeleteFunc(after, func(k, _ string) bool { return slices.Contains(c.Remove, k) })
	kept := len(after)
	maps.Copy(after, c.Set)
	if len(after) <= awsname.MaxTags || len(c.Set) == 0 {
		return nil
	}
	return fmt.Errorf("AWS takes %d tags on one object; it keeps %d, and %d come from the docker task: take away some by hand, or from tags and default_tags",
		awsname.MaxTags, kept, len(after)-kept)
}

// Keys are the keys that a change touches, sorted.
func (c TagChange) Keys() []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(c.Set)), c.Remove...)))
}
