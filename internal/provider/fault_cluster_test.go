package provider_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// faultyCluster is docker_task_cluster under faults.
var faultyCluster = &subject{
	typeName: "docker_task_cluster",
	around:   func(t *testing.T, _ *faultHarness) { acctest.Isolate(t) },
	made: func(h faultHarness) values {
		return values{
			"name": h.name, "default_strategy": []any{values{"name": "FARGATE_SPOT"}}, "execute_command": values{"logging": "NONE"}, "tags": values{"team": "data"},
			"container_insights": "enabled",
		}
	},
	imported: func(h faultHarness) string { return h.name + "@" + acctest.Region() },
	changes: []faultChange{
		{name: "settings", to: alike(values{"container_insights": "enhanced", "execute_command": values{"logging": nil, "log_group": "sessions"}})},
		{name: "capacity providers", to: alike(values{"capacity_providers": []any{"FARGATE"}, "default_strategy": nil})},
		{name: "tags", to: alike(values{"tags": values{"owner": "other"}})},
		{
			name: "all of it",
			to: alike(values{
				"container_insights": "disabled", "capacity_providers": []any{"FARGATE_SPOT"}, "default_strategy": []any{values{"name": "FARGATE_SPOT", "weight": 2}}, "tags": nil,
			}),
		},
		{name: "event history added", prepare: noHistoryPolicy, to: alike(values{"event_history": values{}})},
		{name: "event history removed", before: alike([]values{{"event_history": values{}}}), to: alike(values{"event_history": nil})},
		{
			name: "event history changed", before: alike([]values{{"event_history": values{}}}),
			to: alike(values{"event_history": values{"retention_in_days": 0, "detail_types": []any{"ECS Service Action"}}, "tags": values{"owner": "other"}}),
		},
		{name: "name", replaces: true, to: func(h faultHarness) values { return values{"name": h.name + "-renamed"} }},
	},
	variants: []faultVariant{
		{name: "event history", creates: true, made: alike(values{"event_history": values{}}), prepare: noHistoryPolicy},
		{
			// The destroy keeps the settings: so they are those of before.
			name: "adopted", creates: true,
			made: func(faultHarness) values {
				return values{"adopt": true, "tags": nil, "default_strategy": nil, "execute_command": nil}
			},
			prepare: func(h faultHarness) {
				_, err := h.cloud.ECS.CreateCluster(h.t.Context(), &ecs.CreateClusterInput{
					ClusterName: &h.name, CapacityProviders: []string{"FARGATE", "FARGATE_SPOT"}, Tags: []ecstypes.Tag{{Key: aws.String("theirs"), Value: aws.String("1")}},
					Settings: []ecstypes.ClusterSetting{{Name: ecstypes.ClusterSettingNameContainerInsights, Value: aws.String("enabled")}},
				})
				if err != nil {
					h.t.Fatal(err)
				}
			},
		},
		{name: "kept", made: func(faultHarness) values { return values{"keep_on_destroy": true} }, kept: func(h faultHarness, _ bool) {
			h.t.Helper()
			_, err := h.cloud.ECS.DeleteCluster(h.t.Context(), &ecs.DeleteClusterInput{Cluster: &h.name})
			if err != nil {
				h.t.Error(err)
			}
		}},
	},
}

// noHistoryPolicy removes the policy that the event histories of all clusters share.
func noHistoryPolicy(h faultHarness) {
	h.t.Helper()
	_, err := h.cloud.Logs.DeleteResourcePolicy(h.t.Context(), &cloudwatchlogs.DeleteResourcePolicyInput{PolicyName: aws.String("docker-task-events")})
	if err != nil && !errors.As(err, new(*logstypes.ResourceNotFoundException)) {
		h.t.Fatal(err)
	}
}
