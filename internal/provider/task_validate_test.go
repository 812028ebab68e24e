package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// badInput are arguments that are refused, and what the refusal says: the attribute, and
// what is allowed. Blanks in a message stand for any white space, as it is wrapped.
var badInput = map[string]struct{ arguments, attribute, message string }{
	"name with a blank":       {`name = "a task"`, `name`, `1 to 255 letters, digits, hyphens and underscores`},
	"name empty":              {`name = ""`, `name`, `1 to 255 letters`},
	"name too long":           {fmt.Sprintf("name = %q", strings.Repeat("a", 300)), `name`, `this one has 300 characters`},
	"image empty":             {`image = ""`, `image`, `this one is empty`},
	"image malformed":         {`image = "Busy Box"`, `image`, `REPOSITORY:TAG or REPOSITORY@sha256:DIGEST`},
	"memory of another cpu":   {"cpu = 256\nmemory = 4096", `memory`, `With cpu = 256, memory is 512, 1024 or 2048 MiB, not 4096; the smallest size with 4096 MiB is cpu 512\.`},
	"memory of no cpu":        {"memory = 4097", `memory`, `the nearest is 4096`},
	"cpu":                     {"cpu = 100", `cpu`, `256, 512, 1024, 2048, 4096, 8192, 16384 or 32768 CPU units .* not 100; the nearest is 256`},
	"arm on windows":          {"architecture = \"ARM64\"\noperating_system_family = \"WINDOWS_SERVER_2022_CORE\"", `architecture`, `ARM64 on LINUX only`},
	"small windows":           {"cpu = 256\noperating_system_family = \"WINDOWS_SERVER_2022_CORE\"", `cpu`, `with Windows containers has 1024, 2048 or 4096 CPU units`},
	"architecture":            {`architecture = "arm64"`, `architecture`, `X86_64, ARM64`},
	"operating system":        {`operating_system_family = "linux"`, `operating_system_family`, `Allowed are LINUX`},
	"region":                  {`region = "eu-west-9"`, `region`, `"eu-west-9" is not`},
	"container name":          {`container_name = "a b"`, `container_name`, `1 to 255 letters`},
	"two ports alike":         {"ports = [{ container_port = 80 }, { container_port = 80, protocol = \"tcp\" }]", `ports\[1\]`, `The port 80/tcp stands in ports\[0\] already`},
	"two port names alike":    {"ports = [{ container_port = 80, name = \"a\" }, { container_port = 81, name = \"a\" }]", `ports\[1\]\.name`, `ports\[0\] has the name "a" already`},
	"port":                    {"ports = [{ container_port = 70000 }]", `ports\[0\]\.container_port`, `1 to 65535, not 70000`},
	"protocol":                {"ports = [{ container_port = 80, protocol = \"TCP\" }]", `ports\[0\]\.protocol`, `tcp, udp`},
	"own tag":                 {`tags = { "docker-task:x" = "y" }`, `tags\["docker-task:x"\]`, `provider keeps tag keys that begin with docker-task:`},
	"tag of aws":              {`tags = { "aws:x" = "y" }`, `tags\["aws:x"\]`, `AWS keeps tag keys that begin with aws:`},
	"tag with a comma":        {`tags = { x = "a,b" }`, `tags\["x"\]`, `letters, digits, blanks and characters of`},
	"variable twice":          {"environment = { A = \"1\" }\nsecrets = { A = \"/a\" }", `secrets\["A"\]`, `in environment and in secrets`},
	"variable empty":          {`environment = { "" = "1" }`, `environment\[""\]`, `must not be empty`},
	"secret variable empty":   {`secrets = { "" = "/a" }`, `secrets\[""\]`, `must not be empty`},
	"secret":                  {`secrets = { A = "what is this" }`, `secrets\["A"\]`, `name or ARN of an SSM parameter, the ARN of a Secrets Manager secret, or secret:NAME`},
	"secret of another kind":  {`secrets = { A = "arn:aws:s3:::bucket/key" }`, `secrets\["A"\]`, `an ARN of neither`},
	"key of another kind":     {`secrets_kms_key_arns = ["arn:aws:s3:::bucket"]`, `secrets_kms_key_arns`, `A key is given by its ARN, which ends in key/ID; this one is`},
	"retention":               {"log_group = { retention_in_days = 31 }", `log_group\.retention_in_days`, `not for 31; the nearest is 30`},
	"log group name":          {`log_group = { name = "aws/x" }`, `log_group\.name`, `must not begin with aws/`},
	"log group class":         {`log_group = { class = "standard" }`, `log_group\.class`, `STANDARD, INFREQUENT_ACCESS`},
	"log group of functions":  {`log_group = { class = "DELIVERY" }`, `log_group\.class`, `STANDARD, INFREQUENT_ACCESS`},
	"log group given":         {`log_group = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/x", retention_in_days = 7 }`, `log_group`, `remove retention_in_days`},
	"log group arn":           {`log_group = { arn = "arn:aws:s3:::x" }`, `log_group\.arn`, `arn:PARTITION:logs:REGION:ACCOUNT:log-group:NAME`},
	"role name":               {fmt.Sprintf("task_role = { name = %q }", strings.Repeat("r", 65)), `task_role\.name`, `1 to 64 letters`},
	"role names alike":        {"execution_role = { name = \"same\" }\ntask_role = { name = \"SAME\" }", `task_role\.name`, `names that differ`},
	"role name by default":    {"name = \"app\"\nregion = \"us-east-1\"\nexecution_role = { name = \"APP-us-east-1-task\" }", `execution_role\.name`, `task_role gets the name "APP-us-east-1-task" by default`},
	"tags of two spellings":   {`tags = { Team = "a", team = "b" }`, `tags`, `The keys "Team" and "team" differ in upper and lower case only`},
	"role path":               {`task_role = { path = "tasks" }`, `task_role\.path`, `begins and ends with a slash`},
	"role session":            {"task_role = { max_session_duration = 60 }", `task_role\.max_session_duration`, `3600 to 43200 seconds, not 60`},
	"role given":              {`execution_role = { arn = "arn:aws:iam::123456789012:role/x", description = "y" }`, `execution_role`, `remove description`},
	"role arn":                {`execution_role = { arn = "x" }`, `execution_role\.arn`, `The ARN of a role is arn:PARTITION:iam::ACCOUNT:role/NAME`},
	"policy":                  {`task_role = { policies = { a = "{" } }`, `task_role\.policies\["a"\]`, `is not JSON`},
	"policy without":          {`task_role = { policies = { a = "{}" } }`, `task_role\.policies\["a"\]`, `no IAM policy`},
	"policy name":             {fmt.Sprintf("task_role = { policies = { \"a b\" = %q } }", readObjects), `task_role\.policies\["a b"\]`, `1 to 128 letters`},
	"policy of the provider":  {fmt.Sprintf("task_role = { policies = { docker-task = %q } }", readObjects), `task_role\.policies\["docker-task"\]`, `choose another`},
	"managed policy":          {`task_role = { managed_policy_arns = ["ReadOnlyAccess"] }`, `task_role\.managed_policy_arns`, `is not an ARN`},
	"boundary":                {`permissions_boundary = "Boundary"`, `permissions_boundary`, `is not an ARN`},
	"cluster":                 {`cluster = "a cluster"`, `cluster`, `or the ARN of one`},
	"17 subnets":              {`subnet_ids = [for i in range(17) : format("subnet-%017x", i)]`, `subnet_ids`, `at most 16 elements`},
	"subnet":                  {`subnet_ids = ["subnet-x"]`, `subnet_ids`, `looks like subnet-0123456789abcdef0`},
	"6 security groups":       {`security_group_ids = [for i in range(6) : format("sg-%017x", i)]`, `security_group_ids`, `at most 5 elements`},
	"security group":          {`security_group_ids = ["default"]`, `security_group_ids`, `looks like sg-0123456789abcdef0`},
	"keep_revisions":          {"keep_revisions = -1", `keep_revisions`, `0 to 1000 revisions, not -1`},
	"51 tags":                 {`tags = { for i in range(51) : "k${i}" => "v" }`, `tags`, `AWS takes 50 tags on one object`},
	"definition over 64 KB":   {`environment = { A = join("", [for i in range(1000) : "0123456789012345678901234567890123456789012345678901234567890123456789"]) }`, `Task definition too large`, `ECS takes at most 65536`},
	"secret like an ARN":      {`secrets = { A = "secret:app-config:key" }`, `secrets\["A"\]`, `finds no secret by it: give the secret's ARN`},
	"file of variables":       {`environment_files = ["arn:aws:s3:::bucket/settings.txt"]`, `environment_files`, `whose names end in .env`},
	"files of variables":      {`environment_files = ["arn:aws:s3:::bucket/*"]`, `environment_files`, `of one object and no pattern`},
	"credential spec":         {`credential_specs = ["arn:aws:s3:::bucket/spec.json"]`, `credential_specs`, `credentialspec:ARN or credentialspecdomainless:ARN`},
	"file system":             {`volumes = { v = { efs = { file_system_id = "*" } } }`, `volumes\["v"\]\.efs\.file_system_id`, `fs- with letters and digits`},
	"file system of S3 Files": {`volumes = { v = { s3_files = { file_system_arn = "arn:aws:s3:::bucket" } } }`, `volumes\["v"\]\.s3_files\.file_system_arn`, `file-system/fs-`},
	"password of FSx":         {`volumes = { v = { fsx_windows = { file_system_id = "fs-1", root_directory = "a", domain = "b", credentials_parameter = "/fsx" } } }`, `volumes\["v"\]\.fsx_windows\.credentials_parameter`, `ARN of an SSM parameter or of a Secrets Manager secret`},
	"share of a GPU":          {"launch_types = [\"EC2\"]\ncontainer_memory = 64\nresource_requirements = [{ type = \"GPU\", value = \"1\", sharing_strategy = { nvidia_mps = { memory = 64 } } }]", `resource_requirements\[0\]`, `one of value and sharing_strategy`},
	"two words in one secret": {`secrets = { A = "secret:a b" }`, `secrets\["A"\]`, `secret:NAME`},
}

// TestAccTask_badInput: whatever can be known to be wrong is refused at the plan, with the
// attribute and what is allowed.
func TestAccTask_badInput(t *testing.T) {
	t.Parallel()
	for name, c := range badInput {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			u.test(resource.TestStep{
				Config:      u.config(c.arguments),
				PlanOnly:    true,
				ExpectError: regexp.MustCompile(`(?s)(Invalid|Attribute|Error:) ` + c.attribute + `\W.*` + strings.ReplaceAll(c.message, " ", `\s+`)),
			})
		})
	}
}

// TestAccTask_unknown_nested: the same attributes, and what is inside of them, may be unknown
// while planning; then just what follows from them is.
func TestAccTask_unknown_nested(t *testing.T) {
	t.Parallel()
	for argument, c := range everyInShort(8, map[string]struct {
		value   string
		unknown []string // beside arn and revision
	}{
		`operating_system_family = local.hidden`:                                                                    {`"LINUX"`, []string{"cpu", "memory", "operating_system_family"}},
		`environment = { A = local.hidden, B = "1" }`:                                                               {`"1"`, []string{"environment"}},
		`secrets = { A = local.hidden }`:                                                                            {`"/a"`, []string{"execution_role_policy_json", "secrets"}},
		`secrets_kms_key_arns = [local.hidden]`:                                                                     {`"arn:aws:kms:us-east-1:123456789012:key/a"`, []string{"execution_role_policy_json", "secrets_kms_key_arns"}},
		`command = ["sh", "-c", local.hidden]`:                                                                      {`"true"`, []string{"command"}},
		`command = [local.hidden]`:                                                                                  {`"true"`, []string{"command"}},
		`ports = [{ container_port = local.hidden }]`:                                                               {"80", []string{"ports"}},
		`ports = [{ container_port = 80, protocol = local.hidden }, { container_port = 80 }]`:                       {`"udp"`, []string{"ports"}},
		`log_group = { retention_in_days = local.hidden }`:                                                          {"7", []string{"log_group", "log_retention_in_days"}},
		`log_group = { name = local.hidden }`:                                                                       {`"/logs/x"`, []string{"execution_role_policy_json", "log_group", "log_group_arn", "log_group_name"}},
		`task_role = { name = local.hidden }`:                                                                       {`"tf-acc-dt-x"`, []string{"task_role", "task_role_arn", "task_role_name"}},
		`task_role = { path = local.hidden }`:                                                                       {`"/x/"`, []string{"task_role", "task_role_arn"}},
		`task_role = { policies = { a = local.hidden } }`:                                                           {fmt.Sprintf("%q", readObjects), []string{"task_role"}},
		`task_role = { max_session_duration = local.hidden }`:                                                       {"7200", []string{"task_role"}},
		`execution_role = { description = local.hidden }`:                                                           {`"x"`, []string{"execution_role"}},
		`volumes = { v = { efs = { file_system_id = local.hidden, transit_encryption = true, iam = true } } }`:      {`"fs-1"`, []string{"task_role_policy_json", "volumes"}},
		"launch_types = [\"EC2\"]\ncontainer_memory = 64\nvolumes = { v = { docker = { driver = local.hidden } } }": {`"rexray"`, []string{"volumes"}},
		`volumes = local.hidden`:                                                                                    {`{ v = {} }`, []string{"execution_role_policy_json", "task_role_policy_json", "volumes"}},
		`subnet_ids = [local.hidden]`:                                                                               {`"subnet-0123456789abcdef0"`, []string{"subnet_ids"}},
		`security_group_ids = [local.hidden]`:                                                                       {`"sg-0123456789abcdef0"`, []string{"security_group_ids"}},
		`tags = { a = local.hidden }`:                                                                               {`"b"`, []string{"tags", "tags_all"}},
		`image = "busybox:${local.hidden}"`:                                                                         {"1", []string{"execution_role_policy_json", "image"}},
		"cpu = local.hidden\nmemory = 4096":                                                                         {"512", []string{"cpu"}},
		"cpu = local.hidden\noperating_system_family = \"WINDOWS_SERVER_2022_CORE\"":                                {"1024", []string{"cpu", "memory"}},
	}) {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			acctest.OnEmulator(t, "some names are the same every time")
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:           u.config(argument) + hidden("hidden", c.value),
					ConfigPlanChecks: planned(creates(), unknown(append([]string{"arn", "revision"}, c.unknown...)...)),
				}},
				CheckDestroy: acctest.CheckAccountEmpty(t),
			})
		})
	}
}

// TestAccTask_unknown_wrong: what turns out to be wrong when it is known is refused then.
func TestAccTask_unknown_wrong(t *testing.T) {
	t.Parallel()
	for argument, c := range map[string]struct{ value, message string }{
		"cpu":  {"100", `the\s+nearest\s+is\s+256`},
		"name": {`"a task"`, `1\s+to\s+255\s+letters`},
		"tags": {`{ "aws:x" = "y" }`, `AWS\s+keeps`},
	} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			u.test(resource.TestStep{
				Config:      u.config(argument+" = local.hidden") + hidden("hidden", c.value),
				ExpectError: regexp.MustCompile(c.message),
			})
		})
	}
}

// TestAccTask_unknown_update: of a task that exists, too, only what follows from the unknown
// is unknown; and what turns out as it was changes nothing.
func TestAccTask_unknown_update(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.test(
		resource.TestStep{Config: u.config()},
		resource.TestStep{
			Config:           u.config("tags = { a = local.tag }") + hidden("tag", `"b"`),
			ConfigPlanChecks: planned(updates(), unknown("tags", "tags_all")),
		},
		resource.TestStep{
			Config:           u.config("image = local.image") + hidden("image", `"busybox"`),
			ConfigPlanChecks: planned(updates(), unknown("arn", "execution_role_policy_json", "image", "revision")),
			PostApplyFunc: func() {
				if have := fmt.Sprint(u.active()); have != "[1]" {
					t.Errorf("ACTIVE are %s", have)
				}
			},
		},
	)
}
