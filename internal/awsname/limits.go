package awsname

import (
	"fmt"
	"unicode/utf8"
)

// Limits on tags. All services have the same.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html
const (
	MaxTags     = 50 // on one object
	MaxTagKey   = 128
	MaxTagValue = 256
)

// MaxRolePath is the length of the longest path of an IAM role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MaxRolePath = 512

// MaxRoleDescription is the length of the longest description of an IAM role.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const MaxRoleDescription = 1000

// MaxDescription is the length of the longest description of a schedule or an EventBridge rule.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
const MaxDescription = 512

// CheckDescription checks the description of a schedule or an EventBridge rule.
func CheckDescription(text string) error {
	if n := utf8.RuneCountInString(text); n > MaxDescription {
		return fmt.Errorf("a description has at most %d characters; this one has %d", MaxDescription, n)
	}
	return nil
}
