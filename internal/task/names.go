package task

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// InlinePolicyName is the name of the inline policy that the unit owns on each of its
// roles; other policies there are the user's.
const InlinePolicyName = "docker-task"

// TaskPolicyName is the name of the task role's own inline policy where the execution role is the task
// role too, and has both.
const TaskPolicyName = InlinePolicyName + "-task-role"

// OwnPolicyNames are the names of inline policies that are the unit's on whichever of its roles.
var OwnPolicyNames = []string{InlinePolicyName, TaskPolicyName}

// RoleKind is one of the two roles of a task.
type RoleKind string

// ExecutionRole is what ECS acts with (pulls, logs, secrets), TaskRole what the container
// acts with. The value ends the role's default name.
const (
	ExecutionRole RoleKind = "execution"
	TaskRole      RoleKind = "task"
)

// Attributes are the attributes of the role.
func (k RoleKind) Attributes() attribute.Role {
	if k == ExecutionRole {
		return attribute.ExecutionRole
	}
	return attribute.TaskRole
}

// RoleName is the rule by which a role gets its name unless the user chooses one: of a task, or of
// what else has a role of its own. IAM is global, so the region keeps the roles of two regions apart.
// The prefix is the user's; all of it stays.
func RoleName(prefix, name, region string, kind RoleKind) string {
	return prefix + Shorten(name, "-"+region+"-"+string(kind), awsname.Role.Max-len(prefix))
}

// maxRoleNamePrefix leaves room for the hash of a name, the region and the kind of role.
const maxRoleNamePrefix = 30

// CheckRoleNamePrefix checks what begins the name of a role.
func CheckRoleNamePrefix(prefix string) error {
	if CheckRoleName(prefix) == nil && len(prefix) <= maxRoleNamePrefix {
		return nil
	}
	return fmt.Errorf("a prefix of a role name has 1 to %d letters, digits and characters of + = , . @ _ -, as the rest of the name follows it; %s", maxRoleNamePrefix, described(prefix))
}

// LogGroupName is the name of the task's log group unless the user chooses one.
func LogGroupName(name string) string { return "/ecs/" + name }

// Shorten makes name and suffix fit into limit characters, the same way every time: what
// is cut off the name is replaced by a hash of the whole name, and the suffix stays whole.
func Shorten(name, suffix string, limit int) string {
	if len(name)+len(suffix) <= limit {
		return name + suffix
	}
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:4])
	keep := max(limit-len(suffix)-len(hash)-1, 0)
	return strings.TrimRight(name[:keep], "-_") + "-" + hash + suffix
}

var (
	rolePathPattern = regexp.MustCompile(`^/([\x21-\x23\x25-\x29\x2B-\x2E\x30-\x3E\x40-\x7E]+/)*$`) // IAM takes * ? $ too
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
	policyPath      = regexp.MustCompile(`^policy/([\x21-\x7E]+/)*$`)
	roleDescription = regexp.MustCompile(`^[\t\n\r\x{20}-\x{7E}\x{A1}-\x{FF}]$`)
	logGroupPattern = regexp.MustCompile(`^[A-Za-z0-9_/.#-]{1,512}$`)
	roleARNPattern  = regexp.MustCompile(`^[\w+=,.@/-]+$`)
)

// CheckName checks a task's name. It is the family and the main
// container's name at once, which ECS limits alike.
func CheckName(name string) error {
	if awsname.ECS.Matches(name) {
		return nil
	}
	return fmt.Errorf("a name has %s; %s", awsname.ECS.Says, described(name))
}

// CheckRoleName checks a role's name.
func CheckRoleName(name string) error {
	if awsname.Role.Matches(name) {
		return nil
	}
	return fmt.Errorf("a role name has %s; %s", awsname.Role.Says, described(name))
}

// CheckRolePath checks a role's path. IAM takes any printable
// characters; those that a policy which names the role by its ARN would take for a pattern or
// a variable are refused here.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func CheckRolePath(path string) error {
	if len(path) <= awsname.MaxRolePath && rolePathPattern.MatchString(path) {
		return nil
	}
	return fmt.Errorf("a path begins and ends with a slash and has at most %d characters, none of them * ? $, as in /tasks/; %s", awsname.MaxRolePath, described(path))
}

// CheckRoleARN checks the ARN of a role.
func CheckRoleARN(text string) error {
	a, err := arn.Parse(text)
	path, isRole := strings.CutPrefix(strings.TrimSuffix(a.Resource, a.Name()), "role")
	if err != nil || a.Service != "iam" || a.Account == "" || !isRole || CheckRolePath(path) != nil || CheckRoleName(a.Name()) != nil {
		return errors.New("the ARN of a role is arn:PARTITION:iam::ACCOUNT:role/NAME, with a path before the name or without; " + described(text, "an IAM role"))
	}
	return nil
}

// ExpandRole is the ARN of a role that is given by its ARN or its name: ECS takes both and answers the ARN.
// Where the account is not known, a name stays one.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
func ExpandRole(given string, place arn.Place) string {
	if arn.Is(given) || place.Account == "" || CheckRoleName(given) != nil {
		return given
	}
	return place.Global("iam", "role/"+given)
}

// SameKey reports whether a KMS key that is given by its ARN or the ARN of an alias may be the one of an ARN
// that AWS answers. Which key an alias stands for, only KMS knows.
func SameKey(given, answered string) bool {
	if given == answered {
		return true
	}
	g, err := arn.Parse(given)
	a, wrong := arn.Parse(answered)
	return err == nil && wrong == nil && g.Service == "kms" && a.Service == "kms" && g.Place() == a.Place() &&
		strings.HasPrefix(g.Resource, "alias/") && strings.HasPrefix(a.Resource, "key/")
}

// CheckPolicyARN checks the ARN of a managed policy. AWS's own are of the
// account "aws".
func CheckPolicyARN(text string) error {
	a, err := arn.Parse(text)
	if err != nil {
		return err
	}
	if a.Service != "iam" || a.Account != arn.AWSAccount && !awsname.AccountID.MatchString(a.Account) ||
		!policyPath.MatchString(strings.TrimSuffix(a.Resource, a.Name())) || !awsname.Policy.Matches(a.Name()) {
		return errors.New("the ARN of a managed policy is arn:PARTITION:iam::ACCOUNT:policy/NAME, with a path before the name or without, and AWS's own have aws for the account; " + described(text, "an IAM policy"))
	}
	return nil
}

// CheckRoleDescription checks the description of a role.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func CheckRoleDescription(text string) error {
	if n := len([]rune(text)); n > awsname.MaxRoleDescription {
		return fmt.Errorf("the description of a role has at most %d characters; this one has %d", awsname.MaxRoleDescription, n)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return !roleDescription.MatchString(string(r)) }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return fmt.Errorf("the description of a role has letters and signs of Latin-1 (U+0020 to U+007E, U+00A1 to U+00FF), tabs and line breaks; this one has %q", r)
	}
	return nil
}

// CheckKeyARN checks the ARN of a key that goes into a policy. IAM
// does not resolve aliases there: a statement with one allows nothing.
func CheckKeyARN(text string) error {
	a, err := arn.Parse(text)
	if id, ok := awsname.Key.NameIn(a); err == nil && ok && awsname.Key.Name.MatchString(id) {
		return nil
	}
	return errors.New("a key is given by its ARN, which ends in key/ID; " + described(text, "a KMS key"))
}

// CheckSchedulerRole checks the path or the ARN of a role that EventBridge Scheduler shall
// take. IAM allows more characters in paths.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html
func CheckSchedulerRole(text string) error {
	resource := text
	if a, err := arn.Parse(text); err == nil {
		resource = a.Resource
	}
	if roleARNPattern.MatchString(resource) {
		return nil
	}
	return errors.New("EventBridge Scheduler takes letters, digits and characters of _ + = , . @ / - in the path of a role; " + described(text))
}

// CheckLogGroupName checks the name of a log group that is managed. CreateLogGroup
// takes a #, TagResource does not.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
func CheckLogGroupName(name string) error {
	if err := checkAnyLogGroupName(name); err != nil {
		return err
	}
	if strings.Contains(name, "#") {
		return errors.New("CloudWatch Logs cannot tag a log group with # in its name: choose another, or make the group elsewhere and give its ARN by log_group.arn; " + described(name))
	}
	return nil
}

// checkAnyLogGroupName checks the name of any log group.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
func checkAnyLogGroupName(name string) error {
	switch {
	case strings.HasPrefix(name, "aws/"):
		return errors.New("a log group's name must not begin with aws/, which AWS keeps for itself; /aws/ is allowed")
	case !logGroupPattern.MatchString(name):
		return fmt.Errorf("a log group's name has 1 to 512 letters, digits and characters of _ - / . #; %s", described(name))
	}
	return nil
}

// described is a refused text as it may stand in a message: quoted, or only its length
// where it is long; and what it is, where it is no ARN of what is wanted and looks like something else that AWS has.
func described(s string, wanted ...string) string {
	if n := len([]rune(s)); n > 80 {
		return fmt.Sprintf("this one has %d characters", n) + arn.Hint(s, wanted...)
	}
	return fmt.Sprintf("this one is %q", s) + arn.Hint(s, wanted...)
}
