package task

import (
	"strings"
	"testing"
)

func TestCheckImage(t *testing.T) {
	for _, ref := range []string{
		"busybox", "busybox:1.37", "docker.io/library/busybox:latest", "localhost:5000/a/b:c", "registry.example.com:8443/team/app_x.y-z:v1",
		"public.ecr.aws/docker/library/busybox:1.37",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/a@sha256:" + strings.Repeat("0", 64),
		"a:b@sha256:" + strings.Repeat("f", 64),
	} {
		if err := CheckImage(ref); err != nil {
			t.Errorf("%s: %s", ref, err)
		}
	}
	for _, ref := range []string{
		"", " ", "https://user:hunter2@registry.example.com/a", "Secret-Image", "secret image:1", "a/secret:", "a@secret", "a:b@sha256:secret", "Busybox", "busybox:", ":tag", "a b", "busybox:1 37", "a@sha256:0", "a@sha256:" + strings.Repeat("g", 64), "https://a/b",
	} {
		wrong := CheckImage(ref)
		if !strings.HasPrefix(textOf(wrong), "an image is") || !strings.Contains(textOf(wrong), "public.ecr.aws/docker/library/busybox:1.37") {
			t.Errorf("%q: %q", ref, wrong)
		}
		if strings.Contains(strings.ToLower(textOf(wrong)), "secret") || strings.Contains(textOf(wrong), "hunter2") {
			t.Errorf("%q is repeated: %q", ref, wrong)
		}
	}
}

func TestRepositoryARN(t *testing.T) {
	for _, test := range []struct{ image, partition, want string }{
		{"123456789012.dkr.ecr.us-east-1.amazonaws.com/app", "aws", "arn:aws:ecr:us-east-1:123456789012:repository/app"},
		{"123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:v1", "aws", "arn:aws:ecr:us-east-1:123456789012:repository/team/app"},
		{"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/app", "aws", "arn:aws:ecr:us-east-1:123456789012:repository/app"},
		{"123456789012.dkr-ecr.us-east-1.on.aws/app", "aws", "arn:aws:ecr:us-east-1:123456789012:repository/app"},
		{"123456789012.dkr-ecr-fips.us-gov-west-1.on.aws/app", "aws-us-gov", "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/app"},
		{"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app", "aws-cn", "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app"},
		{"123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/app", "aws-cn", "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app"},
		{"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/app", "aws-eusc", "arn:aws-eusc:ecr:eusc-de-east-1:123456789012:repository/app"},
		{"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/app", "aws-iso", "arn:aws-iso:ecr:us-iso-east-1:123456789012:repository/app"},
		{"123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov/app", "aws-iso-b", "arn:aws-iso-b:ecr:us-isob-east-1:123456789012:repository/app"},
		{"123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk/app", "aws-iso-e", "arn:aws-iso-e:ecr:eu-isoe-west-1:123456789012:repository/app"},
		{"123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov/app", "aws-iso-f", "arn:aws-iso-f:ecr:us-isof-south-1:123456789012:repository/app"},

		{"123456789012.dkr-ecr-fips.us-east-1.on.aws/app", "aws", "arn:aws:ecr:us-east-1:123456789012:repository/app"},

		// Of another partition, whose images no role of this one pulls.
		{"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app", "aws", ""},
		{"123456789012.dkr.ecr.us-east-1.amazonaws.com/app", "aws-cn", ""},
		{"123456789012.dkr.ecr.us-east-1.amazonaws.com/app", "", ""},
		{"busybox", "aws", ""},
		{"public.ecr.aws/docker/library/busybox:1.37", "aws", ""},
		{"12345.dkr.ecr.us-east-1.amazonaws.com/app", "aws", ""},
		{"x123456789012.dkr.ecr.us-east-1.amazonaws.com/app", "aws", ""},
		{"123456789012.dkr.ecr.us-east-1.example.com/app", "aws", ""},
		{"example.com/123456789012.dkr.ecr.us-east-1.amazonaws.com/app", "aws", ""},
		{"not an image", "aws", ""},
		{"", "aws", ""},
	} {
		if got := repositoryARN(test.image, test.partition); got != test.want {
			t.Errorf("%s: %q, want %q", test.image, got, test.want)
		}
	}
}

// lookalikes are host names that resemble ECR's and are not AWS's.
var lookalikes = []string{
	"123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.test", "123456789012.dkr-ecr.us-east-1.on.evil.test", "123456789012.dkr.ecr.us-east-1.amazonaws.evil.local",
	"123456789012.dkr.ecr.us-east-1.c2s.evil.test", "123456789012.dkr.ecr.us-east-1.sc2s.evil.test", "123456789012.dkr.ecr.us-east-1.csp.hci.ic.gov.evil.test",
	"123456789012.dkr.ecr.us-east-1.evil-amazonaws.com", "123456789012.dkr.ecr.us-east-1.evil.amazonaws.com", "123456789012.dkr.ecr.us-east-1.x.amazonaws.com",
	"123456789012.dkr.ecr.evil.test.us-east-1.amazonaws.com", "123456789012.dkr.ecr.us-east-1.amazonaws.co", "123456789012.dkr.ecr.us-east-1.amazonaws.comx",
	"123456789012.dkr.ecr.us-east-1.amazonaws.com.", "123456789012.dkr.ecr.us-east-1.amazonaws.com:443", "123456789012.dkr.ecr.us-east-1.amazonaws.com.cnx",
	"123456789012.dkr.ecr.us-east-1.on.aws", "123456789012.dkr-ecr.us-east-1.amazonaws.com", "123456789012.dkr-ecr.us-east-1.on.aws.evil.test",
	"evil.test/123456789012.dkr.ecr.us-east-1.amazonaws.com", "evil.123456789012.dkr.ecr.us-east-1.amazonaws.com", "123456789012xdkr.ecr.us-east-1.amazonaws.com",
	"123456789012.dkr.ecr.us-east-1.amazonawsxcom", "123456789012.dkr.ecr..amazonaws.com", "123456789012.DKR.ECR.us-east-1.amazonaws.com",
	"123456789012.dkr.ecr.us-east-1.amazonaws.com\nevil.test", "evil.test\n123456789012.dkr.ecr.us-east-1.amazonaws.com", "1234567890123.dkr.ecr.us-east-1.amazonaws.com",
	"123456789012.dkr.ecr.us-east-1.amazonaws.com%2eevil.test", "123456789012.dkr.ecr.us-east-1.amazonaws.com@evil.test", "", "amazonaws.com", "public.ecr.aws",
}

func TestParseECRHost_lookalikes(t *testing.T) {
	for _, host := range lookalikes {
		if registry, ok := ParseECRHost(host); ok {
			t.Errorf("%q is taken for ECR: %+v", host, registry)
		}
	}
}

// FuzzParseECRHost holds each host that is taken for ECR against AWS's domains, label by label.
func FuzzParseECRHost(f *testing.F) {
	for _, seed := range append(lookalikes, "123456789012.dkr.ecr.us-east-1.amazonaws.com", "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn") {
		f.Add(seed)
	}
	domains := []string{
		"amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov",
		"on.aws", "on.amazonwebservices.com.cn",
	}
	f.Fuzz(func(t *testing.T, host string) {
		registry, ok := ParseECRHost(host)
		if !ok {
			return
		}
		labels := strings.Split(host, ".")
		end := -1
		for _, domain := range domains {
			if strings.HasSuffix(host, "."+domain) {
				end = len(labels) - len(strings.Split(domain, "."))
			}
		}
		if end < 0 || labels[0] != registry.Account || labels[end-1] != registry.Region || end != 3 && end != 4 {
			t.Errorf("%q is taken for ECR: %+v", host, registry)
		}
	})
}
