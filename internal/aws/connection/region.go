package connection

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/aws-sdk-go-base/v2/endpoints"
	"github.com/hashicorp/aws-sdk-go-base/v2/validation"
)

// CheckRegion returns an error that names the nearest regions, if AWS has no region of that
// name. The table of regions is that of aws-sdk-go-base.
func CheckRegion(region string) error {
	if validation.SupportedRegion(region) == nil {
		return nil
	}
	var all []string
	for _, p := range endpoints.DefaultPartitions() {
		all = slices.AppendSeq(all, maps.Keys(p.Regions()))
	}
	return fmt.Errorf("%q is not an AWS region; the nearest are %s", region, strings.Join(nearest(region, all, 3), ", "))
}

// CheckRegionIn returns an error that names the allowed regions, if the partition has no
// region of that name: credentials of one partition are worth nothing in another.
func CheckRegionIn(partition, region string) error {
	for _, p := range endpoints.DefaultPartitions() {
		if p.ID() != partition {
			continue
		}
		regions := p.Regions()
		if _, ok := regions[region]; ok {
			return nil
		}
		return fmt.Errorf("region %q is not one of the partition %s of the provider's credentials; it has %s",
			region, partition, strings.Join(slices.Sorted(maps.Keys(regions)), ", "))
	}
	return CheckRegion(region)
}

// partitionOf returns the partition that a region belongs to, by table or by the form of its
// name. For names AWS does not use (an emulator's) it answers as the SDK's endpoint rules do:
// with the standard partition.
func partitionOf(region string) string {
	if p, ok := endpoints.PartitionForRegion(endpoints.DefaultPartitions(), region); ok {
		return p.ID()
	}
	return endpoints.AwsPartitionID
}

// nearest returns the n candidates that differ least from s, the nearest first.
func nearest(s string, candidates []string, n int) []string {
	sorted := slices.Sorted(slices.Values(candidates))
	slices.SortStableFunc(sorted, func(a, b string) int { return editDistance(s, a) - editDistance(s, b) })
	return sorted[:min(n, len(sorted))]
}

// editDistance is Levenshtein's: the least number of letters to insert, remove or replace.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
