package standin_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/acctest/standin"
)

func TestMain(m *testing.M) { acctest.Main(m) }

func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"aws": providerserver.NewProtocol6WithError(standin.New()),
	}
}

// Every schema of the table is one that Terraform accepts.
func TestSchemas(t *testing.T) {
	t.Parallel()
	server, err := factories()["aws"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, diagnostic := range schemas.Diagnostics {
		t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
	if len(schemas.ResourceSchemas) < 15 || len(schemas.DataSourceSchemas) != 4 {
		t.Errorf("%d resource types, %d data sources", len(schemas.ResourceSchemas), len(schemas.DataSourceSchemas))
	}
}

// Create, an empty second plan, update in place, replacement and destroy.
func TestAccStandin_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	config := func(name, timeout string) string {
		return `
provider "aws" {
  region = "eu-central-1"
}
resource "aws_iam_role" "api" {
  assume_role_policy = "{}"
}
resource "aws_lambda_function" "api" {
  function_name = "` + name + `"
  role          = aws_iam_role.api.arn
  timeout       = ` + timeout + `
  tags          = { team = "video" }
}
resource "aws_ssm_parameter" "p" {
  name  = "/p"
  type  = "String"
  value = aws_lambda_function.api.qualified_arn
}
resource "aws_sqs_queue" "q" {
  region = "eu-west-1"
  tags   = { role = aws_iam_role.api.unique_id }
}
`
	}
	const function = "aws_lambda_function.api"
	action := func(want plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(function, want)}}
	}
	matches := func(expression string) knownvalue.Check {
		return knownvalue.StringRegexp(regexp.MustCompile(expression))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{
				Config:           config("api", "3"),
				ConfigPlanChecks: action(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(function, tfjsonpath.New("arn"), matches(`^arn:aws:lambda:eu-central-1:\d{12}:function:api$`)),
					statecheck.ExpectKnownValue(function, tfjsonpath.New("qualified_arn"), matches(`:function:api:\$LATEST$`)),
					statecheck.ExpectKnownValue(function, tfjsonpath.New("tags_all").AtMapKey("team"), knownvalue.StringExact("video")),
					statecheck.ExpectKnownValue("aws_iam_role.api", tfjsonpath.New("arn"), matches(`^arn:aws:iam::\d{12}:role/terraform-[0-9a-f]{16}$`)),
					statecheck.ExpectKnownValue("aws_ssm_parameter.p", tfjsonpath.New("version"), knownvalue.Int64Exact(1)),
					statecheck.ExpectKnownValue("aws_sqs_queue.q", tfjsonpath.New("arn"), matches(`^arn:aws:sqs:eu-west-1:`)),
					statecheck.ExpectKnownValue("aws_sqs_queue.q", tfjsonpath.New("tags_all").AtMapKey("role"), matches(`^AROA`)),
				},
			},
			{Config: config("api", "9"), ConfigPlanChecks: action(plancheck.ResourceActionUpdate)},
			{Config: config("web", "9"), ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate)},
		},
	})
}
