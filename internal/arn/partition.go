package arn

import "slices"

// DNSSuffixes end the host names of AWS, by partition.
// https://github.com/aws/aws-sdk-go-v2/blob/v1.47.6/internal/endpoints/awsrulesfn/partitions.json
var DNSSuffixes = map[string]string{
	"aws":        "amazonaws.com",
	"aws-cn":     "amazonaws.com.cn",
	"aws-eusc":   "amazonaws.eu",
	"aws-iso":    "c2s.ic.gov",
	"aws-iso-b":  "sc2s.sgov.gov",
	"aws-iso-e":  "cloud.adc-e.uk",
	"aws-iso-f":  "csp.hci.ic.gov",
	"aws-us-gov": "amazonaws.com",
}

// DualStackSuffixes end the host names of resources that IPv6 reaches too, by partition, where
// AWS documents one.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
var DualStackSuffixes = map[string]string{
	"aws":        "on.aws",
	"aws-cn":     "on.amazonwebservices.com.cn",
	"aws-us-gov": "on.aws",
}

// ViaService are the values of kms:ViaService for a service. The documentation writes
// amazonaws.com in every partition, policies in the wild the partition's own suffix: where
// the two differ, both stand.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func (p Place) ViaService(service string) []string {
	suffixes := []string{DNSSuffixes["aws"]}
	if own := DNSSuffixes[p.Partition]; own != "" && !slices.Contains(suffixes, own) {
		suffixes = append(suffixes, own)
	}
	out := make([]string, len(suffixes))
	for i, suffix := range suffixes {
		out[i] = service + "." + p.Region + "." + suffix
	}
	return out
}
