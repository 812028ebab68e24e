package provider

import (
	"os"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
)

// Environment variables of the aws provider.
const (
	defaultTagsEnvPrefix     = "TF_AWS_DEFAULT_TAGS_" // followed by the key
	ignoreTagsKeysEnv        = "TF_AWS_IGNORE_TAGS_KEYS"
	ignoreTagsKeyPrefixesEnv = "TF_AWS_IGNORE_TAGS_KEY_PREFIXES"
)

// defaultTags returns the tags of the environment and, going first, of the provider block.
func defaultTags(block map[string]string) map[string]string {
	tags := make(map[string]string)
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if key, ok := strings.CutPrefix(name, defaultTagsEnvPrefix); ok && key != "" {
			tags[key] = value
		}
	}
	for key, value := range block {
		tags[key] = value
	}
	return tags
}

// ignoreTags returns what the environment and the provider block name together.
func ignoreTags(keys, keyPrefixes []string) lifecycle.IgnoreTags {
	return lifecycle.IgnoreTags{
		Keys:        union(keys, os.Getenv(ignoreTagsKeysEnv)),
		KeyPrefixes: union(keyPrefixes, os.Getenv(ignoreTagsKeyPrefixesEnv)),
	}
}

// union adds the elements of a comma-separated list to values; the result is sorted.
func union(values []string, commaSeparated string) []string {
	all := slices.Clone(values)
	for _, s := range strings.Split(commaSeparated, ",") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
