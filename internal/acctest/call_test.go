package acctest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestParseCall(t *testing.T) {
	t.Parallel()
	const scope = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/%s/aws4_request, SignedHeaders=host, Signature=0"
	tests := map[string]struct {
		service  string // in the signature; "" for none
		header   map[string]string
		body     string
		want     string
		region   string
		field    [2]string
		attempt  int
		mutating bool
		protocol protocol
	}{
		"ecs": {
			service: "ecs", region: "eu-west-1", want: "ecs.RegisterTaskDefinition", mutating: true, attempt: 2,
			header: map[string]string{
				"X-Amz-Target":    "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition",
				"Content-Type":    "application/x-amz-json-1.1",
				"Amz-Sdk-Request": "attempt=2; max=25",
			},
			body: `{"family":"transcode","containerDefinitions":[{"name":"x"}]}`, field: [2]string{"family", "transcode"},
		},
		"logs without a signature": {
			want: "logs.DescribeLogGroups", attempt: 1,
			header: map[string]string{"X-Amz-Target": "Logs_20140328.DescribeLogGroups"},
			body:   `{}`,
		},
		"iam": {
			service: "iam", region: "eu-west-1", want: "iam.PutRolePolicy", mutating: true, attempt: 1, protocol: protocolQuery,
			header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			body:   "Action=PutRolePolicy&RoleName=api&Version=2010-05-08", field: [2]string{"RoleName", "api"},
		},
		"ec2": {
			service: "ec2", region: "eu-west-1", want: "ec2.DescribeSubnets", attempt: 1, protocol: protocolEC2,
			header: map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
			body:   "Action=DescribeSubnets",
		},
		"sts without a signature": {
			want: "sts.AssumeRoleWithWebIdentity", attempt: 1, protocol: protocolQuery,
			header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			body:   "Action=AssumeRoleWithWebIdentity",
		},
		"rest": {
			service: "lambda", region: "eu-west-1", want: "lambda.POST /2015-03-31/functions", attempt: 1, mutating: true,
			header: map[string]string{"Content-Type": "application/json"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/2015-03-31/functions", nil)
			if test.service != "" {
				r.Header.Set("Authorization", strings.Replace(scope, "%s", test.service, 1))
			}
			for key, value := range test.header {
				r.Header.Set(key, value)
			}
			call := parseCall(r, []byte(test.body))
			if call.String() != test.want || call.Region != test.region || call.Attempt != test.attempt || call.protocol != test.protocol {
				t.Errorf("got %s in %q, attempt %d, protocol %d", call, call.Region, call.Attempt, call.protocol)
			}
			if call.Mutating() != test.mutating {
				t.Errorf("mutating: %t", call.Mutating())
			}
			if got := call.Field(test.field[0]); test.field[0] != "" && got != test.field[1] {
				t.Errorf("field %s: %q", test.field[0], got)
			}
		})
	}
}

func TestDepth(t *testing.T) {
	t.Parallel()
	span := func(begin, end int) Call { return Call{Begin: begin, End: end} }
	tests := map[string]struct {
		calls []Call
		want  int
	}{
		"none":           {nil, 0},
		"one":            {[]Call{span(1, 2)}, 1},
		"overlapping":    {[]Call{span(1, 4), span(2, 5), span(3, 6)}, 1},
		"chain":          {[]Call{span(1, 2), span(3, 4), span(5, 6)}, 3},
		"fan out and in": {[]Call{span(1, 2), span(3, 6), span(4, 5), span(7, 8)}, 3},
		"staggered":      {[]Call{span(1, 3), span(2, 5), span(4, 6)}, 2},
		"never answered": {[]Call{span(1, 0), span(2, 3), span(4, 5)}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Depth(test.calls); got != test.want {
				t.Errorf("depth %d, want %d", got, test.want)
			}
		})
	}
}
