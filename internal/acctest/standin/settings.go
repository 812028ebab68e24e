package standin

import (
	"context"
	"maps"
	"os"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// settings are where the provider block and the environment put the stand-in.
type settings struct {
	region      string
	account     string
	defaultTags map[string]string
}

// partitions by the beginning of a region's name (aws/endpoints in the SDKs).
var partitions = []struct{ regionPrefix, name, dnsSuffix string }{
	{"cn-", "aws-cn", "amazonaws.com.cn"},
	{"us-gov-", "aws-us-gov", "amazonaws.com"},
	{"", "aws", "amazonaws.com"},
}

func (s *settings) partition(region string) (name, dnsSuffix string) {
	for _, one := range partitions {
		if strings.HasPrefix(region, one.regionPrefix) {
			return one.name, one.dnsSuffix
		}
	}
	return "", ""
}

// emulatorKey is an access key as the acceptance tests make them, with the account in it.
var emulatorKey = regexp.MustCompile(`^AKIA(\d{12})TEST$`)

// accountFrom is the account of the acceptance tests: of their access key on the emulator,
// else the sandbox's.
func accountFrom(accessKey string) string {
	if key := emulatorKey.FindStringSubmatch(accessKey); key != nil {
		return key[1]
	}
	if account := os.Getenv("DOCKER_TASK_TEST_ACCOUNT_ID"); account != "" {
		return account
	}
	return "123456789012"
}

// placeholder is the value of a placeholder that is not an attribute.
func (s *settings) placeholder(name string, values map[string]tftypes.Value) (string, bool) {
	region := s.region
	if value, found := values["region"]; found && value.IsKnown() && !value.IsNull() {
		_ = value.As(&region) // a string by its schema
	}
	partition, dns := s.partition(region)
	switch name {
	case "partition":
		return partition, true
	case "dns":
		return dns, true
	case "region":
		return region, true
	case "account":
		return s.account, true
	case "random":
		return randomHex(), true
	default:
		return "", false
	}
}

// allTags are the provider's default tags and the resource's own, unknown if any is.
func (s *settings) allTags(ctx context.Context, own types.Map) (types.Map, diag.Diagnostics) {
	if own.IsUnknown() {
		return types.MapUnknown(types.StringType), nil
	}
	all := make(map[string]types.String)
	for key, value := range s.defaultTags {
		all[key] = types.StringValue(value)
	}
	set := make(map[string]types.String)
	diags := own.ElementsAs(ctx, &set, false)
	for key, value := range set {
		all[key] = value
	}
	merged, more := types.MapValueFrom(ctx, types.StringType, all)
	return merged, append(diags, more...)
}

// allTagsApplied is allTags of known tags.
func (s *settings) allTagsApplied(own tftypes.Value) tftypes.Value {
	all := make(map[string]tftypes.Value)
	for key, value := range s.defaultTags {
		all[key] = tftypes.NewValue(tftypes.String, value)
	}
	set := make(map[string]tftypes.Value)
	_ = own.As(&set) // a map by its schema
	maps.Copy(all, set)
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, all)
}
