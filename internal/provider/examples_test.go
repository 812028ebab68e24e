package provider_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	awsclient "github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// example is what is expected of one configuration under examples/.
type example struct {
	vars []string
	// prepare creates what the configuration finds in the account.
	prepare func(t *testing.T)
	// edit changes the files before they are planned.
	edit func(t *testing.T, files map[string]string)
	// unknown is what else is not known at plan, by resource address.
	unknown map[string][]string
	checks  func(t *testing.T) []plancheck.PlanCheck
	// outputs are those of a configuration that has nothing else.
	outputs map[string]any
	// imports is the address of the resource that is imported, not created.
	imports string
}

const (
	exampleKey = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"

	clusterARNs = "arn:aws:ecs:us-east-1:%s:cluster/"
	familyARNs  = "arn:aws:ecs:us-east-1:%s:task-definition/"
	roleARNs    = "arn:aws:iam::%s:role/"
)

// ofRun are the attributes of a run that only the run tells.
var ofRun = []string{
	"console_urls", "duration_seconds", "exit_code", "image_digest", "log_stream_names", "log_tail", "pull_seconds", "started_at", "stop_code",
	"stopped_at", "stopped_reason", "task_arns", "task_definition_arn",
}

// examples has an entry for every configuration that [findExamples] finds.
var examples = map[string]example{
	"quickstart": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task_wire.api", accountARN(t, familyARNs)+"transcode", "environment", "DOCKER_TASK_ARN"),
				planHas("docker_task_wire.api", "transcode", "environment", "DOCKER_TASK_CONTAINER"),
				planHas("docker_task_wire.api", "ENABLED", "environment", "DOCKER_TASK_ASSIGN_PUBLIC_IP"),
			}
		},
	},
	"beside-docker": {
		edit: func(t *testing.T, files map[string]string) {
			standInForDocker(t, files)
			files["main.tf"] = strings.ReplaceAll(files["main.tf"], "  provider = dockertask\n", "")
			said := acctest.PlanSourceError(t, files)
			if !strings.Contains(said, "docker_task") {
				t.Errorf("without provider = dockertask the plan fails for another reason:\n%s", said)
			}
			standInForDocker(t, files)
		},
	},
	"transcode": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.transcode", `"s3:GetObject"[^}]*:s3:::example-uploads/\*"`, "task_role_policy_json"),
				planMatches("docker_task.transcode", `"s3:PutObject"[^}]*:s3:::example-videos/\*"`, "task_role_policy_json"),
				planHas("docker_task.transcode", "example-uploads", "wire_environment", "UPLOADS_BUCKET_NAME"),
				planHas("docker_task.transcode", "example-videos", "wire_environment", "VIDEOS_BUCKET_NAME"),
				functionVariable("aws_lambda_function.start", "DOCKER_TASK_ARN", accountARN(t, familyARNs)+"transcode"),
			}
		},
	},
	"state-machine": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.dump", `:parameter/dump/db-pass"`, "execution_role_policy_json"),
				planMatches("docker_task_wire.dump", `states:SendTaskFailure.*:stateMachine:dump"`, "task_token_policy_json"),
				planMatches("aws_sfn_state_machine.dump", `"Catch":\[{"ErrorEquals":\["ScriptFailed"\],"Next":"Fail"}\]`, "definition"),
				planMatches("aws_sfn_state_machine.dump", `ecs:runTask.waitForTaskToken`, "definition"),
				planMatches("aws_sfn_state_machine.dump", `"TASK_TOKEN","Value.\$":"\$\$.Task.Token"`, "definition"),
				planMatches("aws_sfn_state_machine.dump", accountARN(t, familyARNs)+`dump"`, "definition"),
			}
		},
	},
	"absence": {
		unknown: map[string][]string{"docker_task_cluster.default": {"container_insights"}},
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task_subscription.failed", `"startedBy":\["chronos-schedule/nightly-report"\]`, "event_pattern"),
				planMatches("docker_task_schedule.nightly", `:schedule/report/nightly-report$`, "arn"),
				planHas("aws_cloudwatch_metric_alarm.missed", "report", "dimensions", "ScheduleGroup"),
			}
		},
	},
	"fan-out": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.split", `"ecs:RunTask"[^}]*`+accountARN(t, familyARNs)+`encode:\*"`, "task_role_policy_json"),
				planMatches("docker_task.split", accountARN(t, roleARNs)+`encode-us-east-1-task"`, "task_role_policy_json"),
				planHas("docker_task.split", accountARN(t, familyARNs)+"encode", "wire_environment", "ENCODE_DOCKER_TASK_ARN"),
			}
		},
	},
	"ec2": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task.train", "awsvpc", "network_mode"),
				planHas("docker_task.train_on_ec2", "bridge", "network_mode"),
				planHas("docker_task_wire.train_on_ec2", accountARN(t, clusterARNs)+"gpu", "environment", "DOCKER_TASK_CLUSTER"),
				planHas("docker_task_wire.train_on_ec2", "", "environment", "DOCKER_TASK_SUBNETS"),
			}
		},
	},
	"service": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("aws_ecs_service.web", accountARN(t, clusterARNs)+"default", "cluster"),
				plancheck.ExpectUnknownValue("aws_ecs_service.web", tfjsonpath.New("task_definition")), // a revision
			}
		},
	},
	"module-job": {
		edit: withJobModule,
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches(`module.job["transcode"].docker_task.this`, `:s3:::example-uploads/\*"`, "task_role_policy_json"),
				planHas(`module.job["dump"].docker_task_schedule.this["nightly"]`, "dump-nightly", "name"),
				planHas(`module.job["transcode"].docker_task_wire.this["api"]`, "transcode", "environment", "DOCKER_TASK_CONTAINER"),
			}
		},
	},
	"module-job/job": {vars: []string{"name=export", "image=busybox"}},
	"nightly-dump": {
		unknown: map[string][]string{"docker_task_cluster.default": {"container_insights"}},
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task_schedule.nightly", accountARN(t, roleARNs)+"nightly-dump-us-east-1-schedule", "role_arn"),
				planMatches("docker_task_schedule.nightly", `"ecs:RunTask"[^}]*`+accountARN(t, familyARNs)+`dump:\*"`, "policy_json"),
				planMatches("docker_task_schedule.nightly", `"sqs:SendMessage"[^}]*:missed-dumps"`, "policy_json"),
				planHas("docker_task.dump", "example-dumps", "wire_environment", "DUMPS_BUCKET_NAME"),
			}
		},
	},
	"provider/provider.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task.transcode", "eu-central-1", "region"),
				planHas("docker_task.transcode", "video", "tags_all", "team"),
				planHas("docker_task.transcode", "transcode-eu-central-1-task", "task_role_name"),
			}
		},
	},
	"provider/provider_assume_role.tf": {
		vars: []string{"deploy_role_arn=arn:aws:iam::210987654321:role/deploy"},
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task.transcode", "arn:aws:ecs:eu-central-1:210987654321:task-definition/transcode", "family_arn"),
			}
		},
	},
	"provider/provider_defaults.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task.transcode", "jobs", "cluster"),
				planHas("docker_task.transcode", "arn:aws:iam::aws:policy/PowerUserAccess", "permissions_boundary"),
				planMatches("docker_task.transcode", `:role/jobs/transcode-eu-central-1-task$`, "task_role_arn"),
			}
		},
	},
	"resources/docker_task_run/resource.tf": {
		unknown: map[string][]string{"docker_task_run.migrate": append([]string{"revision"}, ofRun...), "aws_ecs_service.api": {"task_definition"}},
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{planHas("docker_task_run.migrate", "us-east-1", "region")}
		},
	},
	"resources/docker_task_run/resource_fill.tf": {unknown: map[string][]string{"docker_task_run.fill": ofRun}},
	"resources/docker_task_run/resource_spot.tf": {
		unknown: map[string][]string{"docker_task_run.index": append([]string{"revision"}, ofRun...)},
	},
	"actions/docker_task_run/action.tf":       {unknown: map[string][]string{"terraform_data.migrated": {"triggers_replace"}}},
	"actions/docker_task_run/action_smoke.tf": {},
	"actions/docker_task_stop/action.tf":      {},
	"resources/docker_task/resource.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task.transcode", accountARN(t, roleARNs)+"transcode-us-east-1-task", "task_role_arn"),
				planHas("docker_task.transcode", "/ecs/transcode", "log_group_name"),
			}
		},
	},
	"resources/docker_task/resource_image.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.thumbnails", `ecr:BatchGetImage.*"arn:aws:ecr:eu-central-1:123456789012:repository/video/thumbnails"`, "execution_role_policy_json"),
			}
		},
	},
	"resources/docker_task/resource_log_group.tf": {
		vars: []string{"logs_key_arn=" + exampleKey},
		// The log group of the other kind of stack is created in the same apply, and its ARN is AWS's.
		unknown: map[string][]string{
			"docker_task.statements": {"execution_role_policy_json", "log_group.arn", "log_group_arn", "log_group_name", "log_retention_in_days"},
		},
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.billing", `:log-group:/finance/billing$`, "log_group_arn"),
			}
		},
	},
	"resources/docker_task/resource_network.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.crawl", `:cluster/batch$`, "cluster_arn"),
				plancheck.ExpectKnownValue("docker_task.crawl", tfjsonpath.New("assign_public_ip"), knownvalue.Bool(false)),
			}
		},
	},
	"resources/docker_task/resource_roles.tf": {
		// The role is created in the same apply, and its ARN is AWS's.
		unknown: map[string][]string{
			"docker_task.export": {"execution_role.arn", "execution_role_arn", "execution_role_name"},
		},
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("aws_iam_role_policy.export", `log-group:/ecs/export:log-stream:`, "policy"),
			}
		},
	},
	"resources/docker_task/resource_secrets.tf": {
		vars: []string{"secrets_key_arn=" + exampleKey},
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.import", `:parameter/import/db-url"`, "execution_role_policy_json"),
				planMatches("docker_task.import", `:secret:import/partner-\?{6}"`, "execution_role_policy_json"),
				planMatches("docker_task.import", `"kms:Decrypt"`, "execution_role_policy_json"),
			}
		},
	},
	"resources/docker_task/resource_wires.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task.order", "example-invoices", "wire_environment", "BUCKET_NAME"),
				planMatches("docker_task.order", `^https://sqs\..*/mails$`, "wire_environment", "MAILS_QUEUE_URL"),
				planMatches("docker_task.order", `"kms:Decrypt"`, "wire_policies", "returns"),
				planMatches("docker_task.order", `translate:TranslateText`, "task_role_policy_json"),
			}
		},
	},
	"resources/docker_task/resource_wires_services.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task.digest", "incoming/", "wire_environment", "OBJECT_PREFIX"),
				planHas("docker_task.digest", "6379", "wire_environment", "CACHE_PORT"),
				planMatches("docker_task.digest", `"elasticache:Connect"[^}]*:replicationgroup:sessions"`, "wire_policies", "sessions"),
				planMatches("docker_task.digest", `"bedrock:InvokeModel"[^}]*:bedrock:us-east-1::foundation-model/amazon\.nova-lite-v1:0"`, "task_role_policy_json"),
				planMatches("docker_task.digest", `"states:StartSyncExecution"`, "wire_policies", "price"),
			}
		},
	},
	"resources/docker_task/resource_sidecars.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.checkout", `:parameter/checkout/database-url"`, "execution_role_policy_json"),
			}
		},
	},
	"resources/docker_task/resource_volumes.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.render", `"elasticfilesystem:ClientWrite"[^}]*:file-system/fs-0a1b2c3d4e5f60718"`, "task_role_policy_json"),
				planMatches("docker_task.render", `:access-point/fsap-0f1e2d3c4b5a69788"`, "task_role_policy_json"),
			}
		},
	},
	"resources/docker_task/resource_firelens.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task.ingest", `"kinesis:PutRecords"[^}]*:stream/logs"`, "task_role_policy_json"),
				planMatches("docker_task.ingest", `log-group:/ecs/ingest:log-stream:`, "execution_role_policy_json"),
			}
		},
	},
	"resources/docker_task/resource_definition_json.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task.shop", "web", "container_name"),
				planHas("docker_task.shop", "awsvpc", "network_mode"),
				planHas("docker_task.shop", "baskets", "wire_environment", "TABLE_NAME"),
			}
		},
	},
	"resources/docker_task/import-by-string-id.tf": {prepare: makeTranscode, imports: "docker_task.transcode"},
	"resources/docker_task/import-by-identity.tf":  {prepare: makeTranscode, imports: "docker_task.transcode"},
	"resources/docker_task_cluster/resource.tf": {
		unknown: map[string][]string{"docker_task_cluster.default": {"container_insights"}}, // the account's setting
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{planHas("docker_task.transcode", accountARN(t, clusterARNs)+"default", "cluster_arn")}
		},
	},
	"resources/docker_task_cluster/resource_spot.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planHas("docker_task_cluster.batch", accountARN(t, clusterARNs)+"batch", "arn"),
				planMatches("docker_task_schedule.nightly", accountARN(t, clusterARNs)+`batch"`, "policy_json"),
			}
		},
	},
	"resources/docker_task_cluster/resource_event_history.tf": {
		unknown: map[string][]string{"docker_task_cluster.jobs": {"container_insights"}},
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{planHas("docker_task_cluster.jobs", "/aws/events/ecs/containerinsights/jobs/performance", "event_log_group_name")}
		},
	},
	"resources/docker_task_cluster/import-by-string-id.tf": {prepare: makeCluster, imports: "docker_task_cluster.default"},
	"resources/docker_task_cluster/import-by-identity.tf":  {prepare: makeCluster, imports: "docker_task_cluster.default"},
	"resources/docker_task_schedule/resource.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task_schedule.nightly", ":schedule/default/nightly-dump$", "arn"),
				planMatches("docker_task_schedule.nightly", accountARN(t, roleARNs)+`dump-us-east-1-execution"`, "policy_json"),
			}
		},
	},
	"resources/docker_task_schedule/resource_once.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{planMatches("docker_task_schedule.migration", accountARN(t, familyARNs)+`migrate:\*"`, "policy_json")}
		},
	},
	"resources/docker_task_schedule/resource_spot.tf": {
		unknown: map[string][]string{"docker_task_schedule.crawl": {"dead_letter_queue.kms_key_arn", "policy_json"}}, // a new key
	},
	"resources/docker_task_schedule/resource_role.tf": {
		unknown: map[string][]string{"docker_task_schedule.report": {"role.arn", "role_arn", "role_name", "tags_all"}},
	},
	"resources/docker_task_schedule/import-by-string-id.tf": {prepare: makeNightly, imports: "docker_task_schedule.nightly"},
	"resources/docker_task_schedule/import-by-identity.tf":  {prepare: makeNightly, imports: "docker_task_schedule.nightly"},
	"resources/docker_task_wire/resource.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				functionVariable("aws_lambda_function.api", "DOCKER_TASK_ARN", accountARN(t, familyARNs)+"transcode"),
			}
		},
	},
	"resources/docker_task_wire/resource_attach_policy.tf": {
		prepare: makeTranscode,
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("aws_iam_role_policy.transcode", accountARN(t, familyARNs)+`transcode:\*`, "policy"),
				planMatches("docker_task_wire.api", `"Action":"ecs:DescribeTasks"`, "policy_json"), // and not StopTask
			}
		},
	},
	"resources/docker_task_wire/resource_cycle.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			// By the name alone a wire comes to what the task comes to itself.
			var checks []plancheck.PlanCheck
			for from, to := range map[string]string{"split": "merge", "merge": "split"} {
				checks = append(checks,
					planHas("docker_task."+from, accountARN(t, familyARNs)+to, "environment", "DOCKER_TASK_ARN"),
					planHas("docker_task."+to, accountARN(t, familyARNs)+to, "family_arn"),
					planMatches("docker_task."+from, accountARN(t, roleARNs)+to+`-us-east-1-execution".*`+accountARN(t, roleARNs)+to+`-us-east-1-task"`, "task_role", "policies", "run-"+to),
					planHas("docker_task."+from, accountARN(t, clusterARNs)+"batch", "environment", "DOCKER_TASK_CLUSTER"),
					planHas("docker_task."+to, accountARN(t, clusterARNs)+"batch", "cluster_arn"),
					planHas("docker_task."+to, accountARN(t, roleARNs)+to+"-us-east-1-execution", "execution_role_arn"),
					planHas("docker_task."+to, accountARN(t, roleARNs)+to+"-us-east-1-task", "task_role_arn"),
				)
			}
			return checks
		},
	},
	"resources/docker_task_wire/resource_cycle_function.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				functionVariable("aws_lambda_function.api", "DOCKER_TASK_ARN", accountARN(t, familyARNs)+"transcode"),
				planMatches("docker_task.transcode", `"lambda:InvokeFunction"[^}]*:function:api"`, "task_role_policy_json"),
				planMatches("docker_task_wire.api", `"iam:PassRole"[^}]*`+accountARN(t, roleARNs)+`transcode-us-east-1-task"`, "policy_json"),
				planHas("docker_task.transcode", accountARN(t, roleARNs)+"transcode-us-east-1-task", "task_role_arn"),
			}
		},
	},
	"resources/docker_task_wire/resource_revision.tf": {
		unknown: map[string][]string{
			"docker_task_wire.api": {"environment.DOCKER_TASK_ARN", "policy_json", "revision"},
		},
	},
	"resources/docker_task_wire/resource_two_tasks.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				functionVariable("aws_lambda_function.api", "DOCKER_TASK_ARN", accountARN(t, familyARNs)+"transcode"),
				functionVariable("aws_lambda_function.api", "PUBLISH_DOCKER_TASK_ARN", accountARN(t, familyARNs)+"publish"),
				planHas("docker_task_wire.transcode", "docker-task-transcode-us-east-1", "policy_name"),
				planHas("docker_task_wire.publish", "docker-task-publish-us-east-1-PUBLISH_", "policy_name"),
			}
		},
	},
	"resources/docker_task_wire/resource_variables.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				functionVariable("aws_lambda_function.report", "REPORT_TASK", accountARN(t, familyARNs)+"transcode"),
				planMatches("docker_task_wire.report", `"ecs:RunTask"`, "policy_json"),
			}
		},
	},
	"data-sources/docker_task_image/data-source.tf": {
		edit:   playRegistry("public.ecr.aws/docker/library/busybox:1.37", ""),
		checks: pinnedImage("docker_task.transcode", "public.ecr.aws/docker/library/busybox"),
	},
	"data-sources/docker_task_image/data-source_secret.tf": {
		edit:   playRegistry("ghcr.io/example/encode:stable", "arn:aws:secretsmanager:us-east-1:123456789012:secret:ghcr-AbCdEf"),
		checks: pinnedImage("docker_task.encode", "ghcr.io/example/encode"),
	},
	"resources/docker_task_wire/resource_step_functions.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task_wire.transcode", `"events:PutTargets"`, "policy_json"),
				planMatches("aws_sfn_state_machine.transcode", `ecs:runTask.sync"`, "definition"),
			}
		},
	},
	"resources/docker_task_wire/resource_jsonata.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("aws_sfn_state_machine.transcode", `"Arguments":.*"Command":\["transcode","{% \$states\.input\.key %}"\]`, "definition"),
				planMatches("aws_sfn_state_machine.transcode", `"Cpu":"2048".*"Memory":"4096".*"QueryLanguage":"JSONata"`, "definition"),
			}
		},
	},
	"resources/docker_task_wire/resource_deploy.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task_wire.deploy", `"ecs:RegisterTaskDefinition","Resource":"`+accountARN(t, familyARNs)+`transcode:\*"`, "policy_json"),
				planMatches("docker_task_wire.deploy", `"iam:PassRole"[^}]*`+accountARN(t, roleARNs)+`transcode-us-east-1-task"`, "policy_json"),
			}
		},
	},
	"resources/docker_task_wire/resource_scheduler.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task_wire.report", `^{"Version":"2012-10-17","Statement":\[{"Sid":"RunTask"`, "policy_json"),
				plancheck.ExpectKnownValue("aws_scheduler_schedule.report",
					tfjsonpath.New("target").AtSliceIndex(0).AtMapKey("input"), knownvalue.StringRegexp(regexp.MustCompile(accountARN(t, familyARNs)+`report"`))),
			}
		},
	},
	"functions/command/function.tf": {
		outputs: map[string]any{"words": []any{"bin/dump", "--all", "--note", "every night"}},
	},
	"functions/fargate_size/function.tf": {
		outputs: map[string]any{"size": map[string]any{"cpu": 1024.0, "memory": 5120.0}},
	},
	"functions/names/function.tf": {
		outputs: map[string]any{"roles": []any{"transcode-eu-central-1-execution", "transcode-eu-central-1-task"}},
	},
	"functions/run_policy_json/function.tf": {},
	"functions/mermaid/function.tf": {
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{plancheck.ExpectKnownOutputValue("picture", knownvalue.StringExact(commented(t, "functions/mermaid/function.tf")))}
		},
	},
	"functions/dashboard_json/function.tf": {
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{planMatches("aws_cloudwatch_dashboard.transcode", `SOURCE '/ecs/transcode'`, "dashboard_body")}
		},
	},
	"functions/next_runs/function.tf": {
		outputs: map[string]any{"nights": []any{"2027-03-29T02:30:00+02:00", "2027-03-30T02:30:00+02:00"}},
	},
	"data-sources/docker_task_runs/data-source.tf":         {prepare: makeDefaultCluster},
	"data-sources/docker_task_runs/data-source_history.tf": {prepare: makeDefaultCluster, outputs: map[string]any{"runs": []any{}}},
	"data-sources/docker_task/data-source.tf": {
		prepare: makeTranscode,
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task_wire.api", accountARN(t, roleARNs)+"transcode-us-east-1-task", "policy_json"),
				planMatches("docker_task_wire.api", `^subnet-\w+(,subnet-\w+)+$`, "environment", "DOCKER_TASK_SUBNETS"),
			}
		},
	},
	"data-sources/docker_task/data-source_pinned.tf": {
		prepare: makeTranscode,
		checks: func(*testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task_wire.api", `cluster/batch"`, "policy_json"),
				planHas("docker_task_wire.api", "subnet-0a1b2c3d4e5f60718", "environment", "DOCKER_TASK_SUBNETS"),
			}
		},
	},
	"data-sources/docker_task/data-source_foreign.tf": {
		prepare: registerLegacy,
		checks: func(t *testing.T) []plancheck.PlanCheck {
			return []plancheck.PlanCheck{
				planMatches("docker_task_wire.api", accountARN(t, roleARNs)+`ecs/legacy-execution"`, "policy_json"),
				planHas("docker_task_wire.api", "main", "environment", "DOCKER_TASK_CONTAINER"),
			}
		},
	},
}

// withJobModule adds the module of examples/module-job.
func withJobModule(t *testing.T, files map[string]string) {
	t.Helper()
	for _, name := range []string{"main.tf", "variables.tf", "outputs.tf"} {
		files["job/"+name] = readExample(t, "module-job/job/"+name)
	}
}

// commented is the last comment of an example, which says what its output is.
func commented(t *testing.T, name string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(readExample(t, name)) {
		if text, is := strings.CutPrefix(line, "# "); is {
			out.WriteString(text)
		}
	}
	return out.String()
}

func makeDefaultCluster(t *testing.T) {
	t.Helper()
	createDefaultCluster(t)
}

// TestExamples plans everything under examples/ by the command line, and checks that all
// of it is known at plan but the revision.
func TestExamples(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "the examples name accounts, roles and keys of their own")
	found := findExamples(t)
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		if found[name] == nil {
			t.Errorf("examples/%s does not exist any more: remove it from the table", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		files := found[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(name, "actions/") {
				onlyWithActions(t)
			}
			acctest.Isolate(t)
			expected, ok := examples[name]
			if !ok {
				t.Fatalf("examples/%s is not in the table: say what is expected of its plan", name)
			}
			if expected.prepare != nil {
				expected.prepare(t)
			}
			if expected.edit != nil {
				expected.edit(t, files)
			}
			plan := acctest.PlanSource(t, files, expected.vars...)
			expected.assert(t, plan)
		})
	}
}

// findExamples finds the configurations under examples/, by path: each file alone where
// documentation shows files one by one, else each folder with files of Terraform. All such
// files are in one of them.
func findExamples(t *testing.T) map[string]map[string]string {
	t.Helper()
	root := os.DirFS(filepath.Join("..", "..", "examples"))
	found := make(map[string]map[string]string)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".terraform":
			return fs.SkipDir
		case entry.IsDir(), path.Ext(name) != ".tf":
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		folder := path.Dir(name)
		key := folder
		if kind, _, _ := strings.Cut(folder, "/"); slices.Contains([]string{"provider", "resources", "data-sources", "functions", "actions"}, kind) {
			key = name
		}
		if found[key] == nil {
			found[key], err = filesBeside(root, folder)
			if err != nil {
				return err
			}
		}
		found[key][path.Base(name)] = string(content)
		if strings.HasPrefix(path.Base(name), "import-by-") { // into the resource of the first example
			target, err := fs.ReadFile(root, path.Join(folder, "resource.tf"))
			if err != nil {
				return err
			}
			found[key]["resource.tf"] = string(target)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// filesBeside are the files of a folder that its configurations read.
func filesBeside(root fs.FS, folder string) (map[string]string, error) {
	files := make(map[string]string)
	names, err := fs.Glob(root, path.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		files[path.Base(name)] = string(content)
	}
	return files, nil
}

// assert checks that all resources of the provider are created, with nothing unknown but
// what is expected.
func (e example) assert(t *testing.T, plan *tfjson.Plan) {
	t.Helper()
	ours := 0
	for _, change := range plan.ResourceChanges {
		if change.Mode != tfjson.ManagedResourceMode || !strings.HasPrefix(change.Type, "docker_task") {
			continue
		}
		ours++
		if change.Address == e.imports {
			if change.Change.Importing == nil || !change.Change.Actions.NoOp() {
				t.Errorf("%s: importing %v, actions %v; expected an import and nothing else\n-before +after:\n%s",
					change.Address, change.Change.Importing, change.Change.Actions, cmp.Diff(change.Change.Before, change.Change.After))
			}
			continue
		}
		if !change.Change.Actions.Create() {
			t.Errorf("%s: actions %v, expected create", change.Address, change.Change.Actions)
		}
		expected := slices.Clone(e.unknown[change.Address])
		if change.Type == "docker_task" {
			expected = append(expected, "arn", "revision")
		}
		slices.Sort(expected)
		if unknown := unknownPaths(change.Change.AfterUnknown, ""); !slices.Equal(unknown, expected) {
			t.Errorf("%s: not known at plan: %v, expected %v", change.Address, unknown, expected)
		}
	}
	if ours == 0 && e.outputs == nil {
		t.Error("nothing of the provider is planned")
	}
	for name, value := range e.outputs {
		if diff := cmp.Diff(value, plan.OutputChanges[name].After); diff != "" {
			t.Errorf("output %s:\n%s", name, diff)
		}
	}
	if e.checks != nil {
		acctest.AssertPlan(t, plan, e.checks(t)...)
	}
}

// unknownPaths are the paths at which after_unknown of a plan is true, sorted.
func unknownPaths(value any, at string) []string {
	var paths []string
	switch v := value.(type) {
	case bool:
		if v {
			return []string{at}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			paths = append(paths, unknownPaths(v[name], strings.TrimPrefix(at+"."+name, "."))...)
		}
	case []any:
		for i, element := range v {
			paths = append(paths, unknownPaths(element, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	slices.Sort(paths)
	return withoutPages(paths)
}

func attributePath(keys []string) tfjsonpath.Path {
	p := tfjsonpath.New(keys[0])
	for _, key := range keys[1:] {
		p = p.AtMapKey(key)
	}
	return p
}

func planHas(address, value string, keys ...string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, attributePath(keys), knownvalue.StringExact(value))
}

func planMatches(address, pattern string, keys ...string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, attributePath(keys), knownvalue.StringRegexp(regexp.MustCompile(pattern)))
}

// functionVariable checks an environment variable of a Lambda function.
func functionVariable(address, name, value string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address,
		tfjsonpath.New("environment").AtSliceIndex(0).AtMapKey("variables").AtMapKey(name), knownvalue.StringExact(value))
}

func accountARN(t *testing.T, format string) string { return fmt.Sprintf(format, acctest.AccountID(t)) }

// standInForDocker puts the stand-in for the aws provider in the place of
// kreuzwerker/docker, which is in no mirror: it is another provider with the local name
// docker that does not know docker_task. image.tf is all that the other provider does.
func standInForDocker(t *testing.T, files map[string]string) {
	t.Helper()
	main := strings.ReplaceAll(readExample(t, "beside-docker/main.tf"), "kreuzwerker/docker", "hashicorp/aws")
	if !strings.Contains(readExample(t, "beside-docker/image.tf"), "  image = ") || !strings.Contains(main, "hashicorp/aws") {
		t.Fatal("examples/beside-docker has changed: update what replaces kreuzwerker/docker")
	}
	files["main.tf"] = main
	files["image.tf"] = "locals {\n  image = \"public.ecr.aws/a1b2c3d4/transcode:1.4.2\"\n}\n"
}

func readExample(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "examples", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// makeTranscode creates the docker task of resources/docker_task/resource.tf.
func makeTranscode(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	client := exampleClient(t)
	subnets, err := client.DefaultSubnets(ctx)
	if err != nil {
		t.Fatal(err)
	}
	unit, err := task.Spec{
		Name:  "transcode",
		Place: client.Place(),
		Main: task.ContainerSpec{Container: task.Container{
			Image:       "public.ecr.aws/docker/library/busybox:1.37",
			Command:     []string{"sh", "-c", "echo transcoding $INPUT"},
			Environment: []task.KeyValue{{Name: "INPUT", Value: "s3://uploads/holiday.mov"}},
		}},
		CPU:           1024,
		LogGroup:      task.LogGroup{RetentionInDays: task.DefaultRetention},
		Network:       task.Network{SubnetIDs: subnets, AssignPublicIP: true},
		KeepRevisions: task.DefaultKeepRevisions,
	}.WithDefaults().Unit()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateUnit(ctx, unit, task.Record{ID: task.Owner{Kind: task.TaskUnit, Region: client.Place().Region, Name: "transcode"}.ID("example")}); err != nil {
		t.Fatal(err)
	}
}

// exampleClient is the provider's own client for the test's account.
func exampleClient(t *testing.T) *awsclient.Client {
	t.Helper()
	var config connection.Config
	for _, variable := range acctest.Environment(t) {
		switch name, value, _ := strings.Cut(variable, "="); name {
		case "AWS_ACCESS_KEY_ID":
			config.AccessKey = value
		case "AWS_SECRET_ACCESS_KEY":
			config.SecretKey = value
		}
	}
	client, diagnostics := awsclient.New(t.Context(), config)
	if client == nil {
		t.Fatalf("no client: %+v", diagnostics)
	}
	return client
}

// registerLegacy registers a task definition as another tool would.
func registerLegacy(t *testing.T) {
	t.Helper()
	acctest.AWS(t).Register(&ecs.RegisterTaskDefinitionInput{
		Family:                  aws.String("legacy"),
		Cpu:                     aws.String("256"),
		Memory:                  aws.String("512"),
		NetworkMode:             ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ExecutionRoleArn:        aws.String(accountARN(t, roleARNs) + "ecs/legacy-execution"),
		ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Name:  aws.String("main"),
			Image: aws.String("public.ecr.aws/docker/library/busybox:1.37"),
		}},
	})
}

// TestAccExamples_apply applies those examples that the emulator can: all of the provider's
// own, with the stand-in's resources beside them, which are in no account. A second plan is
// empty, and destroy leaves nothing of the provider's.
func TestAccExamples_apply(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "the examples have names of their own")
	for name, role := range map[string]string{ // and the consumer's role
		"ec2":           "trainer",
		"fan-out":       "",
		"nightly-dump":  "",
		"service":       "",
		"state-machine": "dump-state-machine",
		"transcode":     "start-transcode",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.Isolate(t)
			if role != "" {
				acctest.CreateRole(t, role)
			}
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					// The test says itself where providers come from, and to which account.
					Config: acctest.ProviderConfig(t) + settingsBlock.ReplaceAllString(readExample(t, name+"/main.tf"), ""),
				}},
			})
		})
	}
}

var settingsBlock = regexp.MustCompile(`(?ms)^(terraform|provider "docker") \{.*?\n\}\n`)

// TestExamples_lines counts the lines of the state machine's example, which it and the
// guide compare with those of the article that builds the same by hand.
func TestExamples_lines(t *testing.T) {
	t.Parallel()
	text := readExample(t, "state-machine/main.tf")
	_, counted, found := strings.Cut(text, "\nresource ")
	if !found {
		t.Fatal("examples/state-machine has no resource")
	}
	lines := 0
	for line := range strings.Lines(counted) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines++
		}
	}
	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "coming-from-elsewhere.md"))
	if err != nil {
		t.Fatal(err)
	}
	for file, has := range map[string]bool{
		"examples/state-machine/main.tf": strings.Contains(text, fmt.Sprintf("from the first resource on: %d\n", lines)),
		"the guide":                      strings.Contains(string(guide), fmt.Sprintf("of the example: %d.", lines)),
	} {
		if !has {
			t.Errorf("the example has %d lines; %s says something else", lines, file)
		}
	}
}

// TestExamples_import compares the forms of import that the documentation shows side by
// side: all are of the same task.
func TestExamples_import(t *testing.T) {
	t.Parallel()
	var command string
	for line := range strings.Lines(readExample(t, "resources/docker_task/import.sh")) {
		if strings.HasPrefix(line, "terraform import ") {
			command = strings.TrimSpace(line)
		}
	}
	block := readExample(t, "resources/docker_task/import-by-string-id.tf")
	id := regexp.MustCompile(`(?m)^\s*id\s*=\s*(".*")$`).FindStringSubmatch(block)
	to := regexp.MustCompile(`(?m)^\s*to\s*=\s*(\S+)$`).FindStringSubmatch(block)
	if id == nil || to == nil {
		t.Fatalf("no id or address in\n%s", block)
	}
	var text string
	if err := json.Unmarshal([]byte(id[1]), &text); err != nil {
		t.Fatal(err)
	}
	if expected := "terraform import " + to[1] + " " + text; command != expected {
		t.Errorf("import.sh has %q, the import block means %q", command, expected)
	}
}
