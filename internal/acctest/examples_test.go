package acctest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

func TestProvidersOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files   map[string]string
		used    []string
		missing []string // parts of the file put beside
		absent  []string
	}{
		"fragment": {
			files:   map[string]string{"resource.tf": "resource \"docker_task\" \"x\" {\n  name = aws_sqs_queue.x.name\n}\nresource \"aws_sqs_queue\" \"x\" {}\n"},
			used:    []string{"terraform-provider-docker", "terraform-provider-aws"},
			missing: []string{"dockertask/docker", "hashicorp/aws", `provider "docker" {`},
		},
		"whole": {
			files: map[string]string{"main.tf": "terraform {\n  required_providers {\n    docker = { source = \"dockertask/docker\" }\n  }\n}\nprovider \"docker\" {\n}\n"},
			used:  []string{"terraform-provider-docker"},
		},
		"provider block is missing": {
			files:   map[string]string{"main.tf": "terraform {\n  required_providers {\n    docker = { source = \"dockertask/docker\" }\n  }\n}\n# provider \"docker\" {\n"},
			used:    []string{"terraform-provider-docker"},
			missing: []string{`provider "docker" {`},
			absent:  []string{"required_providers"},
		},
		"aws alone": {
			files:   map[string]string{"main.tf": `resource "aws_sqs_queue" "x" {}`},
			used:    []string{"terraform-provider-aws"},
			missing: []string{"hashicorp/aws"},
			absent:  []string{"docker"},
		},
		"in a module": {
			files:   map[string]string{"main.tf": "module \"x\" {\n  source = \"./m\"\n}\n", "m/main.tf": "resource \"docker_task\" \"x\" {\n}\n"},
			used:    []string{"terraform-provider-docker"},
			missing: []string{"required_providers"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			providers, missing := providersOf(test.files)
			var used []string
			for _, provider := range providers {
				used = append(used, provider.binary)
			}
			if !slices.Equal(used, test.used) {
				t.Errorf("uses %v", used)
			}
			if len(test.missing) == 0 && missing != "" {
				t.Errorf("put beside: %s", missing)
			}
			for _, part := range test.missing {
				if !strings.Contains(missing, part) {
					t.Errorf("%s is missing in\n%s", part, missing)
				}
			}
			for _, part := range test.absent {
				if strings.Contains(missing, part) {
					t.Errorf("%s is in\n%s", part, missing)
				}
			}
		})
	}
}

// The stand-in has known and unknown at plan what the real provider has: names known,
// ARNs unknown.
func TestPlanSource_standin(t *testing.T) {
	t.Parallel()
	plan := PlanSource(t, map[string]string{"main.tf": `
variable "function" {
  type = string
}

provider "aws" {
  region = "us-east-1"
  default_tags {
    tags = { team = "video" }
  }
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "api" {
  name               = var.function
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_s3_bucket" "uploads" {
  bucket = "uploads"
  tags   = { purpose = "in" }
}

resource "aws_lambda_function" "api" {
  function_name = var.function
  role          = aws_iam_role.api.arn
  handler       = "main.handler"
  runtime       = "python3.13"
  filename      = "api.zip"
  environment {
    variables = { BUCKET_NAME = aws_s3_bucket.uploads.bucket }
  }
}

output "region" {
  value = data.aws_region.current.region
}

output "account" {
  value = data.aws_caller_identity.current.account_id
}
`}, "function=api")

	exactly := func(address, attribute, value string) plancheck.PlanCheck {
		return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), knownvalue.StringExact(value))
	}
	AssertPlan(t, plan,
		exactly("aws_iam_role.api", "name", "api"),
		exactly("aws_iam_role.api", "path", "/"),
		plancheck.ExpectKnownValue("aws_iam_role.api", tfjsonpath.New("assume_role_policy"),
			knownvalue.StringRegexp(regexp.MustCompile(`"Service": "lambda\.amazonaws\.com"`))),
		plancheck.ExpectUnknownValue("aws_iam_role.api", tfjsonpath.New("arn")),
		plancheck.ExpectUnknownValue("aws_lambda_function.api", tfjsonpath.New("role")),
		plancheck.ExpectKnownValue("aws_lambda_function.api",
			tfjsonpath.New("environment").AtSliceIndex(0).AtMapKey("variables").AtMapKey("BUCKET_NAME"), knownvalue.StringExact("uploads")),
		exactly("aws_s3_bucket.uploads", "region", "us-east-1"),
		plancheck.ExpectKnownValue("aws_s3_bucket.uploads", tfjsonpath.New("tags_all"),
			knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("video"), "purpose": knownvalue.StringExact("in")})),
		plancheck.ExpectKnownOutputValue("account", knownvalue.StringExact(AccountID(t))),
		plancheck.ExpectKnownOutputValue("region", knownvalue.StringExact("us-east-1")),
	)
}

func TestPlanSourceError(t *testing.T) {
	t.Parallel()
	output := PlanSourceError(t, map[string]string{"main.tf": `resource "aws_sqs_queue" "x" { nme = "jobs" }`})
	if !strings.Contains(output, "nme") {
		t.Errorf("output %s", output)
	}
}
