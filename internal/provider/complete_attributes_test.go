package provider_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/golden"
)

// row is a change of one attribute. From and to are its values, nil for none.
type row struct {
	from, to any
	// with are other arguments that it needs.
	with values
	// changes are the attributes that differ in the plan beside its own; registers: and a new
	// revision.
	changes  []string
	noRevise bool
	// lost: AWS does not hold it, so that the plan after an import is an update of it.
	lost bool
	// imports are further attributes of that plan.
	imports []string
}

// minimalParents are objects that are valid without the attribute of a row.
var minimalParents = map[string]any{
	"health_check":                           values{"command": []any{"CMD", "true"}},
	"restart_policy":                         values{"enabled": true},
	"ports":                                  []any{values{"container_port": 8080}},
	"ports.container_port_range":             []any{values{}},
	"mount_points":                           []any{values{"source_volume": "data", "container_path": "/data"}},
	"volumes_from":                           []any{values{"source_container": "other"}},
	"linux_parameters":                       values{"init_process_enabled": true, "devices": []any{values{"host_path": "/dev/fuse"}}, "tmpfs": []any{values{"container_path": "/tmp", "size_mib": 64}}},
	"ulimits":                                values{"nofile": values{"soft_limit": 1024, "hard_limit": 4096}},
	"extra_hosts":                            []any{values{"hostname": "db", "ip_address": "10.0.0.1"}},
	"resource_requirements":                  []any{values{"type": "GPU", "value": "1"}},
	"resource_requirements.sharing_strategy": []any{values{"type": "GPU", "sharing_strategy": values{"nvidia_mps": values{"memory": 1024}}}},
	"firelens_configuration":                 values{"type": "fluentbit"},
	"placement_constraints":                  []any{values{"expression": "attribute:ecs.os-type == linux"}},
	"proxy_configuration":                    values{"container_name": "other", "properties": values{"AppPorts": "8080"}},
	"log_group":                              values{"retention_in_days": 7},
	"execution_role":                         values{"description": "Starts."},
	"task_role":                              values{"description": "Runs."},
	"timeouts":                               values{"create": "10m"},
	"wires":                                  values{"w": values{"object_store": "bucket", "access": "read"}},
	"volumes.efs":                            values{"data": values{"efs": values{"file_system_id": "fs-1", "transit_encryption": true}}},
	"volumes.fsx_windows": values{"data": values{"fsx_windows": values{
		"file_system_id": "fs-1", "root_directory": "share", "credentials_parameter": "arn:aws:ssm:us-east-1:123456789012:parameter/fsx", "domain": "example.com",
	}}},
	"volumes.s3_files":             values{"data": values{"s3_files": values{"file_system_arn": "arn:aws:s3files:us-east-1:123456789012:file-system/fs-1"}}},
	"volumes.docker":               values{"data": values{"docker": values{"scope": "shared"}}},
	"volumes.configured_at_launch": values{"data": values{}},
	"volumes.host_path":            values{"data": values{}},
}

// What more some rows are about.
var (
	onEC2    = values{"launch_types": []any{"EC2"}, "cpu": 1024, "memory": 2048}
	onBridge = values{"launch_types": []any{"EC2"}, "cpu": 1024, "memory": 2048, "network_mode": "bridge"}
	dataVol  = values{"volumes": values{"data": values{}, "more": values{}}}
	besides  = values{"sidecars": values{"other": values{"image": "envoy", "essential": false, "health_check": values{"command": []any{"CMD", "true"}}}}}
	executes = []string{"execution_role_policy_json"}
	mayDo    = []string{"task_role_policy_json"}
	unlogged = []string{"execution_role_policy_json", "log_group_arn", "log_group_name", "log_retention_in_days"}
)

const (
	aSecret     = "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf"
	otherSecret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:b-AbCdEf"
	aParameter  = "arn:aws:ssm:us-east-1:123456789012:parameter/a"
	aKey        = "arn:aws:kms:us-east-1:123456789012:key/1"
	otherKey    = "arn:aws:kms:us-east-1:123456789012:key/2"
	// Of the account of the test, which creates them.
	aManaged     = "managed policy a"
	otherManaged = "managed policy b"
	aFileSystem  = "arn:aws:s3files:us-east-1:123456789012:file-system/fs-1"
	otherFileSys = "arn:aws:s3files:us-east-1:123456789012:file-system/fs-2"
)

// containerRows are of the attributes that every container has.
var containerRows = map[string]row{
	"image":                                   {from: "busybox", to: "alpine"},
	"cpu":                                     {from: nil, to: 64},
	"memory":                                  {from: 128, to: 256},
	"memory_reservation":                      {from: nil, to: 64},
	"command":                                 {from: []any{"a"}, to: []any{"a", "b"}},
	"entry_point":                             {from: nil, to: []any{"sh", "-c"}},
	"working_directory":                       {from: "/a", to: "/b"},
	"user":                                    {from: nil, to: "1000"},
	"environment":                             {from: values{"A": "1"}, to: values{"A": "2", "EMPTY": ""}},
	"environment_files":                       {from: nil, to: []any{"arn:aws:s3:::bucket/a.env"}, changes: executes},
	"secrets":                                 {from: values{"A": "/a"}, to: values{"A": "/b"}, changes: executes},
	"ports.container_port":                    {from: 80, to: 8080},
	"ports.host_port":                         {from: 8080, to: 9090, with: onBridge},
	"ports.protocol":                          {from: nil, to: "udp"},
	"ports.name":                              {from: "a", to: "b"},
	"ports.app_protocol":                      {from: nil, to: "http2"},
	"health_check.command":                    {from: []any{"CMD", "true"}, to: []any{"CMD-SHELL", "exit 0"}},
	"health_check.interval":                   {from: nil, to: 10},
	"health_check.timeout":                    {from: 10, to: 20},
	"health_check.retries":                    {from: nil, to: 5},
	"health_check.start_period":               {from: 10, to: nil},
	"depends_on_containers":                   {from: nil, to: values{"other": "HEALTHY"}, with: besides},
	"start_timeout":                           {from: nil, to: 60},
	"stop_timeout":                            {from: 60, to: 90},
	"restart_policy.enabled":                  {from: false, to: true},
	"restart_policy.ignored_exit_codes":       {from: []any{1}, to: []any{1, 2}},
	"restart_policy.restart_attempt_period":   {from: nil, to: 60},
	"readonly_root_filesystem":                {from: nil, to: true},
	"mount_points.source_volume":              {from: "data", to: "more", with: dataVol},
	"mount_points.container_path":             {from: "/a", to: "/b", with: dataVol},
	"mount_points.read_only":                  {from: nil, to: true, with: dataVol},
	"volumes_from.source_container":           {from: "third", to: "other", with: merged(besides, values{"sidecars": values{"other": values{"image": "envoy"}, "third": values{"image": "envoy"}}})},
	"volumes_from.read_only":                  {from: true, to: nil, with: besides},
	"linux_parameters.init_process_enabled":   {from: true, to: nil, with: onEC2},
	"linux_parameters.capabilities_add":       {from: nil, to: []any{"SYS_PTRACE"}, with: onEC2},
	"linux_parameters.capabilities_drop":      {from: []any{"KILL"}, to: []any{"KILL", "NET_RAW"}, with: onEC2},
	"linux_parameters.devices.host_path":      {from: "/dev/a", to: "/dev/b", with: onEC2},
	"linux_parameters.devices.container_path": {from: nil, to: "/dev/c", with: onEC2},
	"linux_parameters.devices.permissions":    {from: nil, to: []any{"read", "write"}, with: onEC2},
	"linux_parameters.max_swap":               {from: nil, to: 0, with: onEC2},
	"linux_parameters.swappiness":             {from: 10, to: 0, with: onEC2},
	"linux_parameters.shared_memory_size":     {from: nil, to: 128, with: onEC2},
	"linux_parameters.tmpfs.container_path":   {from: "/a", to: "/b", with: onEC2},
	"linux_parameters.tmpfs.size_mib":         {from: 64, to: 128, with: onEC2},
	"linux_parameters.tmpfs.mount_options":    {from: nil, to: []any{"noexec", "rw"}, with: onEC2},
	"ulimits.soft_limit":                      {from: 1024, to: 0},
	"ulimits.hard_limit":                      {from: 4096, to: 8192},
	"system_controls":                         {from: values{"net.core.somaxconn": "128"}, to: values{"net.core.somaxconn": "256"}},
	"docker_labels":                           {from: nil, to: values{"a": "1", "empty": ""}},
	"docker_security_options":                 {from: nil, to: []any{"no-new-privileges"}, with: onEC2},
	"dns_servers":                             {from: []any{"10.0.0.1"}, to: []any{"10.0.0.2", "10.0.0.1"}, with: onEC2},
	"dns_search_domains":                      {from: nil, to: []any{"example.com"}, with: onEC2},
	"extra_hosts.hostname":                    {from: "a", to: "b", with: onEC2},
	"extra_hosts.ip_address":                  {from: "10.0.0.1", to: "10.0.0.2", with: onEC2},
	"hostname":                                {from: nil, to: "box", with: onBridge},
	"links":                                   {from: nil, to: []any{"other:alias"}, with: merged(onBridge, besides)},
	"disable_networking":                      {from: nil, to: true, with: onBridge},
	"privileged":                              {from: nil, to: true, with: onEC2},
	"interactive":                             {from: true, to: nil},
	"pseudo_terminal":                         {from: nil, to: true},
	"repository_credentials":                  {from: nil, to: aSecret, changes: executes},
	"resource_requirements.type":              {from: "InferenceAccelerator", to: "GPU", with: onEC2},
	"resource_requirements.value":             {from: "1", to: "2", with: onEC2},
	"resource_requirements.sharing_strategy.nvidia_mps.memory":              {from: 1024, to: 2048, with: onEC2},
	"resource_requirements.sharing_strategy.nvidia_mps.max_compute_percent": {from: nil, to: 50, with: onEC2},
	"firelens_configuration.type":                                           {from: "fluentd", to: "fluentbit", with: values{"log_driver": "awsfirelens"}},
	"firelens_configuration.options":                                        {from: nil, to: values{"enable-ecs-log-metadata": "true"}, with: values{"log_driver": "awsfirelens"}},
	"credential_specs":                                                      {from: nil, to: []any{"credentialspec:arn:aws:s3:::bucket/spec.json"}, changes: executes},
	"version_consistency":                                                   {from: nil, to: "disabled"},
	"log_options":                                                           {from: nil, to: values{"mode": "blocking"}},
	"log_secret_options":                                                    {from: nil, to: values{"splunk-token": aSecret}, with: values{}, changes: executes},
}

// mainRows are further ones of the main container, and where it differs from a sidecar.
var mainRows = map[string]row{
	"container_cpu":                {from: nil, to: 64},
	"container_memory":             {from: 128, to: 256},
	"container_memory_reservation": {from: nil, to: 64},
	"ports.container_port_range":   {from: "9000-9001", to: "9000-9002"},
	"essential":                    {from: nil, to: false, with: values{"sidecars": values{"main": values{"image": "envoy"}}}},
	// The group that is not written to any more stays, and is found again by its name.
	"log_driver": {from: nil, to: "splunk", changes: unlogged, imports: []string{"drift", "log_group", "log_group_arn", "log_group_name", "log_retention_in_days"}},
}

// sidecarRows are where a sidecar differs from the main container.
var sidecarRows = map[string]row{
	"ports.container_port_range": {from: "9000-9001", to: "9000-9002"},
	"essential":                  {from: false, to: nil},
	"log_driver":                 {from: nil, to: "splunk"},
}

// taskRows are of the attributes that only the task has.
var taskRows = map[string]row{
	"architecture":            {from: nil, to: "ARM64"},
	"operating_system_family": {from: "LINUX", to: "WINDOWS_SERVER_2022_CORE", with: values{"cpu": 1024, "memory": 2048}},
	"cpu":                     {from: 256, to: 512, with: values{"memory": 1024}},
	"memory":                  {from: nil, to: 1024, with: values{"cpu": 256}},
	"launch_types":            {from: nil, to: []any{"FARGATE", "EC2"}},
	"network_mode":            {from: "bridge", to: "host", with: values{"launch_types": []any{"EC2"}, "cpu": 1024, "memory": 2048}},
	"container_name":          {from: nil, to: "main"},
	"ephemeral_storage_gib":   {from: nil, to: 30},
	"pid_mode":                {from: nil, to: "task"},
	"ipc_mode":                {from: "host", to: "task", with: onEC2},
	"enable_execute_command":  {from: nil, to: true, changes: mayDo, noRevise: true},
	"secrets_kms_key_arns":    {from: []any{aKey}, to: []any{aKey, otherKey}, with: values{"secrets": values{"A": "/a"}}, changes: executes, noRevise: true},

	"placement_constraints.type":         {from: nil, to: "memberOf", with: onEC2, noRevise: true, lost: true},
	"placement_constraints.expression":   {from: "attribute:a == b", to: "attribute:a == c", with: onEC2},
	"proxy_configuration.type":           {from: nil, to: "APPMESH", with: besides, noRevise: true, lost: true},
	"proxy_configuration.container_name": {from: "other", to: "third", with: values{"sidecars": values{"other": values{"image": "envoy"}, "third": values{"image": "envoy"}}}},
	"proxy_configuration.properties":     {from: values{"AppPorts": "80"}, to: values{"AppPorts": "81", "EgressIgnoredIPs": ""}, with: besides},

	"volumes.configured_at_launch":              {from: nil, to: true},
	"volumes.host_path":                         {from: nil, to: "/srv", with: onEC2},
	"volumes.efs.file_system_id":                {from: "fs-1", to: "fs-2"},
	"volumes.efs.root_directory":                {from: nil, to: "/data"},
	"volumes.efs.transit_encryption":            {from: nil, to: true},
	"volumes.efs.transit_encryption_port":       {from: nil, to: 2999},
	"volumes.efs.access_point_id":               {from: nil, to: "fsap-1"},
	"volumes.efs.iam":                           {from: nil, to: true, changes: mayDo},
	"volumes.fsx_windows.file_system_id":        {from: "fs-1", to: "fs-2", with: onEC2},
	"volumes.fsx_windows.root_directory":        {from: "a", to: "b", with: onEC2},
	"volumes.fsx_windows.credentials_parameter": {from: aSecret, to: aParameter, with: onEC2, changes: executes},
	"volumes.fsx_windows.domain":                {from: "a.example", to: "b.example", with: onEC2},
	"volumes.s3_files.file_system_arn":          {from: aFileSystem, to: otherFileSys, changes: mayDo},
	"volumes.s3_files.access_point_arn":         {from: nil, to: aFileSystem + "/access-point/fsap-1", changes: mayDo},
	"volumes.s3_files.root_directory":           {from: nil, to: "/data"},
	"volumes.s3_files.transit_encryption_port":  {from: nil, to: 2999},
	"volumes.docker.scope":                      {from: "task", to: "shared", with: onEC2},
	"volumes.docker.autoprovision":              {from: nil, to: true, with: onEC2},
	"volumes.docker.driver":                     {from: nil, to: "rexray", with: onEC2},
	"volumes.docker.driver_opts":                {from: nil, to: values{"size": "5"}, with: onEC2},
	"volumes.docker.labels":                     {from: nil, to: values{"a": "1"}, with: onEC2},

	"cluster":              {from: nil, to: "media", changes: []string{"cluster_arn"}, noRevise: true},
	"subnet_ids":           {from: []any{"subnet-1"}, to: []any{"subnet-2"}, noRevise: true},
	"security_group_ids":   {from: nil, to: []any{"sg-1"}, noRevise: true},
	"assign_public_ip":     {from: true, to: false, with: values{"subnet_ids": []any{"subnet-1"}}, noRevise: true},
	"tags":                 {from: nil, to: values{"team": "video"}, changes: []string{"tags_all"}, noRevise: true},
	"keep_revisions":       {from: 5, to: 6, noRevise: true, lost: true},
	"delete_revisions":     {from: nil, to: true, noRevise: true, lost: true},
	"permissions_boundary": {from: nil, to: aManaged, noRevise: true},

	"log_group.name":              {from: nil, to: "/other", changes: append([]string{"log_group_arn", "log_group_name"}, executes...)},
	"log_group.retention_in_days": {from: 7, to: 0, changes: []string{"log_retention_in_days"}, noRevise: true},
	"log_group.adopt":             {from: nil, to: true, noRevise: true, lost: true},
	"log_group.keep_on_destroy":   {from: nil, to: false, noRevise: true, lost: true},

	"execution_role.name":                 {from: nil, to: "other-execution", changes: []string{"execution_role_arn", "execution_role_name"}},
	"execution_role.description":          {from: "a", to: "b", noRevise: true},
	"execution_role.max_session_duration": {from: nil, to: 7200, noRevise: true},
	"execution_role.managed_policy_arns":  {from: nil, to: []any{aManaged, otherManaged}, noRevise: true},
	"execution_role.policies":             {from: nil, to: values{"more": readObjects}, noRevise: true, lost: true},
	"execution_role.restrict_trust":       {from: nil, to: true, noRevise: true},
	"task_role.restrict_trust":            {from: nil, to: false, noRevise: true},
	"task_role.name":                      {from: nil, to: "other-task", changes: []string{"task_role_arn", "task_role_name"}},
	"task_role.description":               {from: "a", to: "b", noRevise: true},
	"task_role.max_session_duration":      {from: nil, to: 7200, noRevise: true},
	"task_role.managed_policy_arns":       {from: []any{aManaged}, to: []any{otherManaged}, noRevise: true},
	"task_role.policies":                  {from: nil, to: values{"more": readObjects}, noRevise: true, lost: true},

	"timeouts.create": {from: "10m", to: "11m", noRevise: true, lost: true},
	"timeouts.read":   {from: nil, to: "11m", noRevise: true, lost: true},
	"timeouts.update": {from: nil, to: "11m", noRevise: true, lost: true},
	"timeouts.delete": {from: nil, to: "11m", noRevise: true, lost: true},
}

// elsewhere are attributes with another test, named first, or without one on the emulator.
var elsewhere = map[string]string{
	"name":                            "TestAccTask_basic; a change replaces the task",
	"region":                          "TestAccTask_basic; a change replaces the task",
	"definition_json":                 "TestAccTask_definitionJSON",
	"images":                          "TestAccTask_definitionJSON_images",
	"wires":                           "TestAccTask_wires_allKinds",
	"enable_fault_injection":          "TestTask_survivesECS: the emulator does not return it",
	"trusted_execution_configuration": "TestTask_survivesECS: the emulator does not return it",
	"log_group.arn":                   "TestAccTask_logGroup_given",
	"log_group.kms_key_id":            "TestChangeLogGroup_key: the emulator cannot associate a key",
	"log_group.class":                 "TestAccTask_roles_immovable: an error",
	"execution_role.name_prefix":      "TestAccTask_roles_namePrefix",
	"task_role.name_prefix":           "TestAccTask_roles_namePrefix",
	"single_role":                     "TestAccTask_roles_single",
	"execution_role.arn":              "TestAccTask_roles_given",
	"execution_role.path":             "TestAccTask_roles_immovable: an error",
	"task_role.arn":                   "TestAccTask_roles_given",
	"task_role.path":                  "TestAccTask_roles_immovable: an error",
}

func merged(maps ...values) values {
	out := values{}
	for _, m := range maps {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// rows are all rows by the path of their attribute.
func rows() map[string]row {
	out := maps.Clone(taskRows)
	for path, r := range containerRows {
		root, _, _ := strings.Cut(path, ".")
		if !slices.Contains([]string{"cpu", "memory", "memory_reservation"}, path) {
			out[path] = r
		}
		if root == "links" {
			r.with = merged(onBridge, besides)
		}
		out["sidecars."+path] = r
	}
	maps.Copy(out, mainRows)
	for path, r := range sidecarRows {
		out["sidecars."+path] = r
	}
	return out
}

// TestAccTask_attributes_covered: every attribute that can be set has a row, or another test.
func TestAccTask_attributes_covered(t *testing.T) {
	t.Parallel()
	server, err := factories["docker"]()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	all := rows()
	counts := map[string]*[3]int{} // attributes, with a row, with another test
	total := new([3]int)
	count := func(path string, i int) {
		root, _, nested := strings.Cut(path, ".")
		if !nested {
			root = "the task and its main container"
		}
		if counts[root] == nil {
			counts[root] = new([3]int)
		}
		counts[root][i]++
		total[i]++
	}
	var walk func(prefix string, attributes []*tfprotov6.SchemaAttribute)
	walk = func(prefix string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			path := prefix + a.Name
			_, covered := all[path]
			switch {
			case elsewhere[path] != "" && covered:
				t.Errorf("%s has a row, and is said to be tested elsewhere", path)
			case elsewhere[path] != "":
				count(path, 2)
			case a.NestedType != nil:
				walk(path+".", a.NestedType.Attributes)
				continue
			case !covered && (a.Required || a.Optional):
				t.Errorf("%s has no row", path)
			case covered && !a.Required && !a.Optional:
				t.Errorf("%s cannot be set and has a row", path)
			case covered:
				count(path, 1)
				if r := all[path]; fmt.Sprint(r.from) == fmt.Sprint(r.to) {
					t.Errorf("the row of %s changes nothing", path)
				}
			}
			if a.Required || a.Optional {
				count(path, 0)
			}
			delete(all, path)
		}
	}
	walk("", answer.ResourceSchemas["docker_task"].Block.Attributes)
	for path := range all {
		t.Errorf("there is no attribute %s", path)
	}
	if total[0] != total[1]+total[2] || total[2] != len(elsewhere) {
		t.Errorf("%d attributes, %d rows, %d (of %d) elsewhere", total[0], total[1], total[2], len(elsewhere))
	}
	var b strings.Builder
	b.WriteString("| attributes of | that can be set | with such a test | with one of their own |\n|---|---|---|---|\n")
	for _, root := range slices.Sorted(maps.Keys(counts)) {
		c := counts[root]
		if !strings.Contains(root, " ") {
			root = "`" + root + "`"
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", root, c[0], c[1], c[2])
	}
	fmt.Fprintf(&b, "| all | %d | %d | %d |\n", total[0], total[1], total[2])
	golden.Section(t, filepath.Join("..", "..", "templates", "guides", "fields.md"), "<!-- tests -->\n", "<!-- /tests -->", b.String())
}

// The tests that are said to be elsewhere are there.
func TestAccTask_attributes_elsewhere(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	for _, pattern := range []string{"*_test.go", "*/*_test.go", "../aws/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
	}
	for path, why := range elsewhere {
		name := regexp.MustCompile(`^Test\w+`).FindString(why)
		if name == "" || !strings.Contains(source.String(), "func "+name+"(t *testing.T)") {
			t.Errorf("%s: there is no test %q", path, name)
		}
	}
}

// TestAccTask_attributes: for every attribute, apply, plan nothing, change it, plan just that,
// apply, plan nothing, import, and plan nothing but what AWS does not hold.
func TestAccTask_attributes(t *testing.T) {
	t.Parallel()
	groups := map[string][]string{}
	for path := range rows() {
		root, rest, _ := strings.Cut(path, ".")
		if root == "sidecars" || root == "volumes" {
			inner, _, _ := strings.Cut(rest, ".")
			root += "." + inner
		}
		if path == "log_group.name" {
			root = path // the old group stays, in the way of the other rows
		}
		groups[root] = append(groups[root], path)
	}
	for _, group := range inShort(18, slices.Sorted(maps.Keys(groups))) {
		paths := groups[group]
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			acctest.OnEmulator(t, "hundreds of revisions, of images and file systems that do not exist")
			u := newUnit(t)
			c := newProtocolClient(t, "docker_task", nil)
			state := c.nothing()
			slices.Sort(paths)
			policies := map[string]string{}
			if group == "permissions_boundary" || strings.HasSuffix(group, "_role") {
				policies[aManaged], policies[otherManaged] = u.policy("a"), u.policy("b")
			}
			for _, path := range paths {
				r := rows()[path]
				r.from, r.to = replaced(r.from, policies), replaced(r.to, policies)
				state = c.walk(t, state, path, r)
			}
			if _, err := c.destroy(state); err != nil {
				t.Error(err)
			}
		})
	}
}

// walk does all that a row stands for.
func (c protocolClient) walk(t *testing.T, state resourceState, path string, r row) resourceState {
	t.Helper()
	root, _, _ := strings.Cut(path, ".")
	arguments := func(v any) values {
		out := merged(values{"name": "sample", "image": "busybox"}, r.with)
		c.put(out, path, v)
		return out
	}
	before, after := arguments(r.from), arguments(r.to)
	for _, config := range []values{before, after} {
		if err := c.validate(config); err != nil {
			t.Errorf("%s: %v", path, err)
			return state
		}
	}
	state, err := c.apply(state, before)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	c.quiet(t, path+" before", state, before)
	to, differs, err := c.plan(state, after)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	want := append([]string{root}, r.changes...)
	if !r.noRevise {
		want = append(want, "arn", "revision")
	}
	slices.Sort(want)
	if have := changedAttributes(t, state.value, to.value); !slices.Equal(have, want) {
		t.Errorf("%s: the plan changes %v, not %v", path, have, want)
	}
	old := c.definition(t)
	if differs {
		if state, err = c.change(state, to, c.config(after)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	c.quiet(t, path+" after", state, after)
	if !r.noRevise && differs {
		state = c.putBack(t, state, path, old, after)
	}

	taken, err := c.imported("sample")
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	to, _, err = c.plan(taken, after)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	want = nil
	if r.lost {
		want = []string{root}
	}
	want = append(want, r.imports...)
	for _, other := range []string{"keep_revisions", "timeouts"} { // of the row's shell
		if _, ok := after[other]; ok && !slices.Contains(want, other) {
			want = append(want, other)
		}
	}
	if have := changedAttributes(t, taken.value, to.value); !slices.Equal(have, want) {
		diffs, _ := taken.value.Diff(to.value)
		t.Errorf("%s: after an import the plan changes %v, not %v: %.600s", path, have, want, fmt.Sprint(diffs))
	}
	return state
}

// definition is the newest task definition, in the form in which it is registered.
func (c protocolClient) definition(t *testing.T) *ecs.RegisterTaskDefinitionInput {
	t.Helper()
	d, _ := acctest.AWS(t).TaskDefinition("sample")
	if d == nil {
		t.Fatal("there is no task definition")
	}
	return registration(d)
}

// putBack registers the former definition outside Terraform: a plan shows the attribute that was changed, and the
// next apply changes it again.
func (c protocolClient) putBack(t *testing.T, state resourceState, path string, old *ecs.RegisterTaskDefinitionInput, arguments values) resourceState {
	t.Helper()
	acctest.AWS(t).Register(old)
	seen, err := c.refresh(state)
	if err != nil {
		t.Fatalf("%s put back: %v", path, err)
	}
	to, _, err := c.plan(seen, arguments)
	if err != nil {
		t.Fatalf("%s put back: %v", path, err)
	}
	root, _, _ := strings.Cut(path, ".")
	have := changedAttributes(t, seen.value, to.value)
	if showsAs, special := shownAs[path]; special {
		root = showsAs
	}
	for _, want := range []string{"arn", "revision", root} {
		if !slices.Contains(have, want) {
			t.Errorf("%s put back: the plan changes %v, and not %s", path, have, want)
		}
	}
	if state, err = c.change(seen, to, c.config(arguments)); err != nil {
		t.Fatalf("%s put back: %v", path, err)
	}
	c.quiet(t, path+" put back", state, arguments)
	return state
}

// shownAs are attributes whose former value, registered outside Terraform, is drift of another attribute.
var shownAs = map[string]string{
	"execution_role.name": "drift", // the definition names another role than the task's
	"task_role.name":      "drift",
	"log_group.name":      "log_options",
}

// put sets the attribute at a path, in objects that are valid without it.
func (c protocolClient) put(arguments values, path string, v any) {
	steps := strings.Split(path, ".")
	root := steps[0]
	var at tftypes.Type = c.typ
	if root == "sidecars" && len(steps) > 1 {
		side := values{"image": "envoy"}
		others := values{"side": side}
		if given, ok := arguments["sidecars"].(values); ok {
			others = merged(given, others)
		}
		arguments["sidecars"] = others
		at = must[tftypes.Map](c.typ.AttributeTypes["sidecars"]).ElementType
		arguments, steps = side, steps[1:]
	}
	place(arguments, at, steps, "", v)
}

func place(object values, typ tftypes.Type, steps []string, prefix string, v any) {
	name := steps[0]
	if len(steps) == 1 {
		if object[name] = v; v == nil {
			delete(object, name)
		}
		return
	}
	full := strings.TrimPrefix(prefix+"."+name, ".")
	inner := must[tftypes.Object](typ).AttributeTypes[name]
	have, ok := object[name]
	if own, special := minimalParents[full+"."+steps[1]]; special && (!ok || full == "volumes" && !hasKind(have, own)) {
		have = copied(own)
	} else if !ok {
		have = copied(minimalParents[full])
	}
	object[name] = have
	switch inner := inner.(type) {
	case tftypes.Object:
		place(must[values](have), inner, steps[1:], full, v)
	case tftypes.List:
		place(must[values](must[[]any](have)[0]), inner.ElementType, steps[1:], full, v)
	case tftypes.Map:
		for _, e := range must[values](have) {
			place(must[values](e), inner.ElementType, steps[1:], full, v)
			return
		}
	}
}

// hasKind reports whether volumes are of the kind of a shell.
func hasKind(volumes, shell any) bool {
	for kind := range must[values](must[values](shell)["data"]) {
		data, ok := must[values](volumes)["data"].(values)
		return ok && data[kind] != nil
	}
	return false
}

func copied(v any) any { return replaced(v, nil) }

// replaced is a copy of a value with other texts in it.
func replaced(v any, texts map[string]string) any {
	switch v := v.(type) {
	case string:
		if other, ok := texts[v]; ok {
			return other
		}
	case values:
		out := values{}
		for k, e := range v {
			out[k] = replaced(e, texts)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = replaced(e, texts)
		}
		return out
	}
	return v
}

// quiet refreshes and plans: there has to be nothing to do.
func (c protocolClient) quiet(t *testing.T, what string, state resourceState, arguments values) {
	t.Helper()
	seen, err := c.refresh(state)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	to, differs, err := c.plan(seen, arguments)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if differs {
		diffs, _ := seen.value.Diff(to.value)
		t.Errorf("%s: the plan is not empty: %.600s", what, fmt.Sprint(diffs))
	}
}

func (c protocolClient) validate(arguments values) error {
	answer, err := c.server.ValidateResourceConfig(c.context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: c.typeName, Config: c.dynamic(c.typ, c.config(arguments)),
	})
	if err != nil {
		return err
	}
	return failures(answer.Diagnostics)
}

// changedAttributes are the top-level attributes in which two values differ.
func changedAttributes(t testing.TB, a, b tftypes.Value) []string {
	t.Helper()
	var x, y map[string]tftypes.Value
	if err := a.As(&x); err != nil {
		t.Fatal(err)
	}
	if err := b.As(&y); err != nil {
		t.Fatal(err)
	}
	var out []string
	for name := range x {
		if !x[name].Equal(y[name]) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return withoutPages(out)
}

// must is a value of the type that the tables of this file give it.
func must[T any](v any) T {
	out, ok := v.(T)
	if !ok {
		panic(fmt.Sprintf("%#v is no %T", v, out)) // a mistake in a table
	}
	return out
}
