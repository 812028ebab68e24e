package provider_test

import (
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// outOfBounds are values that are wrong for one attribute alone, and what the error says is allowed. Checks of
// several attributes are in internal/task's table.
var outOfBounds = map[string]struct {
	arguments values
	says      string
}{
	"no region":                 {values{"region": ""}, "leave region out"},
	"ephemeral storage, small":  {values{"ephemeral_storage_gib": 19}, "20 to 200 GiB, not 19"},
	"ephemeral storage, large":  {values{"ephemeral_storage_gib": 201}, "20 to 200 GiB, not 201"},
	"start timeout":             {values{"start_timeout": 1}, "2 to 86400 seconds, not 1"},
	"start timeout on Fargate":  {values{"start_timeout": 121}, "timeouts of 2 to 120 seconds"},
	"stop timeout":              {values{"stop_timeout": 1}, "2 to 86400 seconds, not 1"},
	"stop timeout on Fargate":   {values{"stop_timeout": 121}, "timeouts of 2 to 120 seconds"},
	"restart period, short":     {values{"restart_policy": values{"enabled": true, "restart_attempt_period": 59}}, "60 to 1800 seconds, not 59"},
	"restart period, long":      {values{"restart_policy": values{"enabled": true, "restart_attempt_period": 1801}}, "60 to 1800 seconds, not 1801"},
	"51 exit codes":             {values{"restart_policy": values{"enabled": true, "ignored_exit_codes": numbered(51)}}, "at most 50 elements"},
	"health check, often":       {values{"health_check": values{"command": []any{"CMD", "true"}, "interval": 4}}, "5 to 300 seconds, not 4"},
	"health check, slow":        {values{"health_check": values{"command": []any{"CMD", "true"}, "timeout": 61}}, "2 to 60 seconds, not 61"},
	"health check, retries":     {values{"health_check": values{"command": []any{"CMD", "true"}, "retries": 11}}, "1 to 10, not 11"},
	"health check, start":       {values{"health_check": values{"command": []any{"CMD", "true"}, "start_period": 301}}, "0 to 300 seconds, not 301"},
	"condition":                 {values{"depends_on_containers": values{"db": "healthy"}, "sidecars": values{"db": values{"image": "a"}}}, "START, COMPLETE, SUCCESS, HEALTHY"},
	"launch type":               {values{"launch_types": []any{"Fargate"}}, "FARGATE, EC2, EXTERNAL, MANAGED_INSTANCES"},
	"no launch type":            {values{"launch_types": []any{}}, "at least 1 elements"},
	"network mode":              {values{"network_mode": "AWSVPC"}, "awsvpc, bridge, host, none"},
	"pid mode":                  {values{"pid_mode": "Host"}, "host, task"},
	"ipc mode":                  {values{"ipc_mode": "Host"}, "host, task, none"},
	"ulimit":                    {values{"ulimits": values{"no_file": values{"soft_limit": 1, "hard_limit": 1}}}, "nofile"},
	"swappiness":                {values{"linux_parameters": values{"swappiness": 101}}, "0 to 100, not 101"},
	"device permission":         {values{"linux_parameters": values{"devices": []any{values{"host_path": "/a", "permissions": []any{"READ"}}}}}, "read, write, mknod"},
	"port range":                {values{"ports": []any{values{"container_port_range": "9-8"}}}, "FIRST-LAST"},
	"app protocol":              {values{"ports": []any{values{"container_port": 80, "app_protocol": "HTTP2"}}}, "http, http2, grpc"},
	"memory of a container":     {values{"container_memory": 5}, "6 to 1048576 MiB, not 5"},
	"log driver":                {values{"log_driver": "aws-logs"}, "awslogs"},
	"log driver of Fargate":     {values{"log_driver": "syslog"}, "the log drivers awslogs, awsfirelens, splunk"},
	"no stream prefix":          {values{"log_options": values{"awslogs-stream-prefix": ""}}, "a stream prefix"},
	"log router":                {values{"firelens_configuration": values{"type": "fluent-bit"}}, "fluentbit, fluentd"},
	"version consistency":       {values{"version_consistency": "Enabled"}, "enabled, disabled"},
	"constraint":                {values{"placement_constraints": []any{values{"type": "member-of"}}}, "memberOf"},
	"proxy":                     {values{"proxy_configuration": values{"type": "AppMesh", "container_name": "a"}}, "APPMESH"},
	"scope of a docker volume":  {values{"volumes": values{"v": values{"docker": values{"scope": "Task"}}}}, "task, shared"},
	"port of EFS":               {values{"volumes": values{"v": values{"efs": values{"file_system_id": "fs-1", "transit_encryption_port": 70000}}}}, "1 to 65535, not 70000"},
	"access point":              {values{"volumes": values{"v": values{"efs": values{"file_system_id": "fs-1", "access_point_id": "point"}}}}, "fsap- with letters and digits"},
	"access point of S3 Files":  {values{"volumes": values{"v": values{"s3_files": values{"file_system_arn": aFileSystem, "access_point_arn": aFileSystem}}}}, "/access-point/fsap-"},
	"share of a GPU":            {values{"resource_requirements": []any{values{"type": "GPU", "sharing_strategy": values{"nvidia_mps": values{"memory": 64, "max_compute_percent": 101}}}}}, "1 to 100 percent, not 101"},
	"repository's password":     {values{"repository_credentials": "arn:aws:ssm:us-east-1:123456789012:parameter/a"}, "an ARN of ssm, not of secretsmanager"},
	"password of a repository":  {values{"repository_credentials": "arn:aws:secretsmanager:us-east-1:123456789012:rotation/a"}, "arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME"},
	"description of a role":     {values{"task_role": values{"description": "Läuft \u2013 immer."}}, "this one has '–'"},
	"long description":          {values{"execution_role": values{"description": strings.Repeat("ä", 1001)}}, "at most 1000 characters; this one has 1001"},
	"managed policy":            {values{"task_role": values{"managed_policy_arns": []any{"arn:aws:iam::123456789012:role/a"}}}, "arn:PARTITION:iam::ACCOUNT:policy/NAME"},
	"boundary":                  {values{"permissions_boundary": "arn:aws:iam::123456789012:user/a"}, "arn:PARTITION:iam::ACCOUNT:policy/NAME"},
	"name of a sidecar":         {values{"sidecars": values{"a b": values{"image": "a"}}}, "1 to 255 letters"},
	"image of a sidecar":        {values{"sidecars": values{"a": values{"image": "A B"}}}, "REPOSITORY:TAG"},
	"variable of a sidecar":     {values{"sidecars": values{"a": values{"image": "a", "environment": values{"A=B": ""}}}}, "no = and no NUL character"},
	"26 managed policies":       {values{"task_role": values{"managed_policy_arns": managedPolicies(26)}}, "at most 25 elements"},
	"session of 13 hours":       {values{"task_role": values{"max_session_duration": 46800}}, "3600 to 43200 seconds, not 46800"},
	"name of a container, long": {values{"container_name": strings.Repeat("a", 256)}, "this one has 256 characters"},
	"name of a log group, long": {values{"log_group": values{"name": strings.Repeat("a", 513)}}, "this one has 513 characters"},
}

func numbered(n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func managedPolicies(n int) []any {
	out := numbered(n)
	for i := range out {
		out[i] = "arn:aws:iam::123456789012:policy/p" + strings.Repeat("x", i)
	}
	return out
}

// TestAccTask_outOfBounds: what Terraform asks when it validates a configuration.
func TestAccTask_outOfBounds(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	c := newProtocolClient(t, "docker_task", nil)
	for name, test := range outOfBounds {
		err := c.validate(merged(values{"name": "sample", "image": "busybox"}, test.arguments))
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v does not say %q", name, err, test.says)
		}
	}
	if err := c.validate(values{"name": "sample", "image": "busybox"}); err != nil {
		t.Error(err)
	}
}
