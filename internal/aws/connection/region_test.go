package connection

import (
	"strings"
	"testing"
)

func TestCheckRegion(t *testing.T) {
	for region, suggestion := range map[string]string{
		"us-east-1":     "",
		"cn-north-1":    "",
		"us-gov-west-1": "",
		"us-esat-1":     "us-east-1",
		"eu-west1":      "eu-west-1",
		"eu-west-1a":    "eu-west-1",
		"cn-nroth-1":    "cn-north-1",
	} {
		err := CheckRegion(region)
		switch {
		case suggestion == "" && err != nil:
			t.Errorf("%s: %v", region, err)
		case suggestion != "" && (err == nil || !strings.Contains(err.Error(), suggestion)):
			t.Errorf("%q: error %v does not name %s", region, err, suggestion)
		}
	}
}

func TestPartitionOf(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-1":     "aws",
		"eu-west-99":    "aws", // by its form
		"cn-north-1":    "aws-cn",
		"us-gov-east-1": "aws-us-gov",
		"local":         "aws",
	} {
		if got := partitionOf(region); got != want {
			t.Errorf("%s is in %s, want %s", region, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"us-east-1", "us-east-1", 0}, {"us-east-1", "us-east-2", 1},
	} {
		if got := editDistance(tt.a, tt.b); got != tt.want {
			t.Errorf("%q to %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
