package aws

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ExistsError refuses to create over something that exists and is not the unit's.
type ExistsError struct {
	// Kind and Name identify the part, as [task.Part] has them.
	Kind task.PartKind
	Name string
	// Part describes it in messages: "execution role transcode-eu-west-1-execution".
	Part string
	// where is the place that has it: see [Client.where].
	where string
	// Owned is set where the part carries the id of another unit, By.
	Owned bool
	By    string
	// Copied is set where the part carries the unit's own id, and neither state nor private state knows it.
	Copied bool
	// leaving is set where the part seems to be deleted just now.
	leaving bool
}

// IsPart reports whether the part is of a kind and has a name.
func (e *ExistsError) IsPart(kind task.PartKind, name string) bool {
	return e.Kind == kind && e.Name == name
}

// DescribeRole is the Part of an [ExistsError] that is a unit's role.
func DescribeRole(kind task.RoleKind, name string) string { return string(kind) + " role " + name }

// DescribeLogGroup is the Part of an [ExistsError] that is a log group.
func DescribeLogGroup(name string) string { return "log group " + name }

func (e *ExistsError) Error() string {
	switch {
	case e.leaving:
		return e.Part + " exists" + e.where + ", or is being deleted: AWS gives contradictory answers about it; try again in a minute"
	case e.Owned && task.DescribeOwner(e.By) != "":
		return e.Part + " exists" + e.where + " and belongs to another unit of this provider: " + task.DescribeOwner(e.By)
	case e.Owned:
		return e.Part + " exists" + e.where + " and belongs to another unit of this provider"
	case e.Copied:
		return e.Part + " exists already" + e.where + " and carries the id of this unit, which has no record of it and would make it otherwise"
	}
	return e.Part + " exists already" + e.where
}

// Existing are the refusals in an error, which may join several.
func Existing(err error) []*ExistsError {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*ExistsError
		for _, e := range joined.Unwrap() {
			out = append(out, Existing(e)...)
		}
		return out
	}
	if e := (*ExistsError)(nil); errors.As(err, &e) {
		return []*ExistsError{e}
	}
	return nil
}

// isBeingDeleted reports whether a part exists only because its deletion has not ended.
func isBeingDeleted(err error) bool {
	e, ok := errors.AsType[*ExistsError](err)
	return ok && e.leaving
}

// isTransientConflict reports whether a create may succeed if it is tried again.
func isTransientConflict(err error) bool { return isBusy(err) || isBeingDeleted(err) }

// ErrChanged stops an update that finds something else than its plan.
var ErrChanged = errors.New("changed since the plan")

// CreateError is a create that failed. It has been rolled back, unless Rollback has an error.
type CreateError struct {
	Err      error
	Rollback error
}

func (e *CreateError) Error() string {
	if e.Rollback == nil {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s; the rollback failed too, so some parts that were created may exist: %s", e.Err, e.Rollback)
}

func (e *CreateError) Unwrap() []error { return []error{e.Err, e.Rollback} }

// answer is an error of AWS's: by its code, and by words of its message where other errors
// have the code too. An empty one says nothing.
type answer struct{ code, message string }

// errorSet are those that mean the same.
type errorSet []answer

func (a errorSet) is(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.ContainsFunc(a, func(a answer) bool {
		return (a.code == "" || a.code == api.ErrorCode()) && strings.Contains(api.ErrorMessage(), a.message)
	})
}

// What AWS answers, and what it means here. Codes are those of the API references of the
// services; what has a message has it from reports.
var (
	// A call came too soon after others. Unlike the SDK's own list it has no
	// LimitExceededException: from ECS, CloudWatch Logs and EventBridge that means a quota on
	// resources, which no waiting cures.
	throttling = errorSet{
		{code: "BandwidthLimitExceeded"},
		{code: "EC2ThrottledException"},
		{code: "KMSThrottling"},          // sns, for the key of a topic: the code of the query protocol
		{code: "KMSThrottlingException"}, // sns, by the name of the shape
		{code: "KmsThrottled"},           // sqs, for the key of a queue
		{code: "RequestLimitExceeded"},   // ec2
		{code: "RequestThrottled"},
		{code: "RequestThrottledException"},
		{code: "SlowDown"},
		{code: "Throttled"}, // sns
		{code: "ThrottledException"},
		{code: "Throttling"}, // iam
		{code: "ThrottlingException"},
		{code: "TooManyRequestsException"}, // lambda
		// ECS passes on the throttling of services behind it under its catch-all code.
		{message: "Rate exceeded"},
	}

	// Another change is going on.
	busy = errorSet{
		{code: "ConcurrentModification"},                                                   // iam
		{code: "EntityTemporarilyUnmodifiable"},                                            // iam, deleted and created again
		{code: "OperationAbortedException"},                                                // logs
		{code: "ConcurrentModificationException"},                                          // events
		{code: "ResourceConflictException"},                                                // lambda; also: a statement of that id exists
		{code: "PreconditionFailedException"},                                              // lambda
		{code: "ConcurrentAccess"},                                                         // sns
		{code: "ClientException", message: "Too many concurrent attempts to create a new"}, // ecs, revisions of one family
	}

	busySchedule = errorSet{{code: "ConflictException"}} // scheduler

	// Not before what was removed from it a moment ago is gone.
	inUse = errorSet{
		{code: "DeleteConflict"},                              // iam: policies of a role
		{code: "ValidationException", message: "has targets"}, // events: targets of a rule
	}

	full = errorSet{{code: "LimitExceeded"}} // iam: no more policies, or characters of them, on a role

	fullOfPolicies = errorSet{{code: "LimitExceededException"}} // logs: no more resource policies in a region

	missingDefinition = errorSet{
		// ECS has no code of its own for it, and answers many other things with the same code.
		{code: "ClientException", message: "Unable to describe task definition"},
		{code: "ClientException", message: "task definition does not exist"},
	}
	missingRole = errorSet{{code: "NoSuchEntity"}} // a role, or something that is on it
	// The role itself: a managed policy that does not exist has the same code.
	unknownRole     = errorSet{{code: "NoSuchEntity", message: "role with name"}}
	missingLogGroup = errorSet{{code: "ResourceNotFoundException"}}
	missingRule     = errorSet{{code: "ResourceNotFoundException"}}
	missingSchedule = errorSet{{code: "ResourceNotFoundException"}}
	missingTarget   = errorSet{ // of a subscription
		{code: "ResourceNotFoundException"},             // lambda
		{code: "NotFound"}, {code: "NotFoundException"}, // sns
		{code: "QueueDoesNotExist"}, {code: "AWS.SimpleQueueService.NonExistentQueue"}, // sqs
	}

	missingTask    = errorSet{{code: "InvalidParameterException", message: "task was not found"}}
	missingCluster = errorSet{{code: "ClusterNotFoundException"}}
	// A new account's first task: ECS makes its role, and needs some time until it may assume it. Reports:
	// aws/containers-roadmap 2614, hashicorp/terraform-provider-aws 15452.
	serviceRoleNotReady = errorSet{{code: "InvalidParameterException", message: "Unable to assume the service linked role"}}
	// A cluster changes, or what uses it does.
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
	busyCluster = errorSet{{code: "UpdateInProgressException"}, {code: "ResourceInUseException"}}
	// A cluster that has something in it is not deleted.
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html
	clusterHasTasks    = errorSet{{code: "ClusterContainsTasksException"}}
	clusterHasServices = errorSet{{code: "ClusterContainsServicesException"}}
	clusterHasOthers   = errorSet{{code: "ClusterContainsContainerInstancesException"}, {code: "ClusterContainsCapacityProviderException"}}

	// RunTask with managed scaling: "ClientException … quota of tasks in the PROVISIONING state".
	provisioningFull = errorSet{
		{code: "ClientException", message: "PROVISIONING"},
		{code: "LimitExceededException", message: "PROVISIONING"},
	}
	// A run refuses a role that is not there yet.
	refusedRunRole = errorSet{{code: "ClientException", message: "ECS was unable to assume the role"}}
	// A token that was used with other parameters.
	tokenConflict = errorSet{{code: "ConflictException"}}
	// What trying again does not cure.
	refusedCall = errorSet{
		{code: "AccessDeniedException"}, {code: "AccessDenied"}, {code: "UnrecognizedClientException"}, {code: "InvalidSignatureException"},
		{code: "ExpiredTokenException"}, {code: "ExpiredToken"}, {code: "InvalidClientTokenId"},
	}

	// A managed policy or a permissions boundary that a role names.
	missingPolicy = errorSet{{code: "NoSuchEntity", message: "does not exist or is not attachable"}}
	// A key that CloudWatch Logs does not find, or may not use. Reports:
	// hashicorp/terraform-provider-aws 29282, hashicorp/terraform 24194.
	missingLogKey = errorSet{
		{message: "The specified KMS key does not exist or is not allowed to be used"},
		{message: "The specified KMS Key Id could not be found"},
	}

	// A service refuses a role, for a time after IAM has created it, or for another reason. Reports:
	// hashicorp/terraform-provider-aws (ECS), aws/aws-sdk-js-v3 6494 (Scheduler).
	refusedRole = errorSet{
		{code: "ClientException", message: "Role is not valid"},
		{code: "ValidationException", message: "must allow AWS EventBridge Scheduler to assume the role"},
	}
	// Passing a role to a service is not allowed; or IAM does not know yet of the role, and so
	// not that it is. Report: terraform-aws-modules/terraform-aws-ecs 414 (in the same second).
	deniedPassRole = errorSet{
		{code: "AccessDeniedException", message: "iam:PassRole"},
		{code: "AccessDenied", message: "iam:PassRole"},
	}
)

func isMissingDefinition(err error) bool { return missingDefinition.is(err) }

func isMissingRole(err error) bool { return missingRole.is(err) }

func isMissingLogGroup(err error) bool { return missingLogGroup.is(err) }

func isMissingRule(err error) bool { return missingRule.is(err) }

func isMissingSchedule(err error) bool { return missingSchedule.is(err) }

func isMissingTarget(err error) bool { return missingTarget.is(err) }

func isBusy(err error) bool { return busy.is(err) }

func isInUse(err error) bool { return busy.is(err) || inUse.is(err) }

func isFull(err error) bool { return full.is(err) }

func isMissingPolicy(err error) bool { return missingPolicy.is(err) }

func isMissingLogKey(err error) bool { return missingLogKey.is(err) }

// IsMissingRole reports whether a role, or a policy of it, does not exist.
func IsMissingRole(err error) bool { return isMissingRole(err) }

// isScheduleBusy is for changes of a schedule that exists: creating one, it means that it does.
func isScheduleBusy(err error) bool { return busy.is(err) || busySchedule.is(err) }

// isEntryBusy is for the parts of an answer that fail by themselves: the pacer sees the answer
// only as a whole.
func isEntryBusy(err error) bool { return busy.is(err) || throttling.is(err) }

// isRoleUnknownYet: a role that was just created has not propagated yet.
func isRoleUnknownYet(err error) bool { return busy.is(err) || unknownRole.is(err) }

// isLogGroupUnknownYet: neither is a log group.
func isLogGroupUnknownYet(err error) bool { return busy.is(err) || missingLogGroup.is(err) }

// isThrottled says whether AWS refused a call only for coming too soon after others.
func isThrottled(err error) bool {
	if throttling.is(err) {
		return true
	}
	respErr, ok := errors.AsType[*smithyhttp.ResponseError](err)
	return ok && respErr.HTTPStatusCode() == http.StatusTooManyRequests
}

// isRoleNotReady reports whether a service refuses a role because a role that was just created has not
// propagated yet. A PassRole that is denied for another role is a missing permission.
func isRoleNotReady(err error, justCreated []string) bool {
	switch {
	case len(justCreated) == 0:
		return false
	case deniedPassRole.is(err):
		api, _ := errors.AsType[smithy.APIError](err) // as AWS said it: see package middleware
		return slices.ContainsFunc(justCreated, func(role string) bool { return strings.Contains(api.ErrorMessage(), role) })
	}
	return refusedRole.is(err)
}

// isGivenRoleRefused reports whether a service refuses a role that this operation did not create; the same run may have.
func isGivenRoleRefused(err error, justCreated []string) bool {
	return (refusedRole.is(err) || deniedPassRole.is(err)) && !isRoleNotReady(err, justCreated)
}

// explainRole adds to the error of a service that refuses a role what to do. justCreated are the roles that this operation
// created.
func explainRole(err error, justCreated []string) error {
	switch {
	case len(justCreated) > 0 && isRoleNotReady(err, justCreated):
		return fmt.Errorf("%w; IAM created %s, and after %s the service still does not accept it. If iam:PassRole is denied, the credentials lack that right; "+
			"else the role may not have propagated yet: apply again", err, strings.Join(justCreated, " and "), propagation)
	case deniedPassRole.is(err):
		return fmt.Errorf("%w; the credentials need iam:PassRole on the roles that a task runs with", err)
	case refusedRole.is(err):
		return fmt.Errorf("%w; a role that is given by its ARN has to exist and to trust the service. One that was just created may not have propagated yet: apply again", err)
	}
	return err
}

// isMissingTask reports whether ECS does not know a task: it never existed, or ended long ago.
func isMissingTask(err error) bool { return missingTask.is(err) }

// IsMissingCluster reports whether there is no such cluster.
func IsMissingCluster(err error) bool { return missingCluster.is(err) }

// isClusterBusy reports whether ECS refuses a change of a cluster only because it comes too soon: after another one, or
// after the first call of a new account.
func isClusterBusy(err error) bool {
	return busy.is(err) || busyCluster.is(err) || serviceRoleNotReady.is(err)
}

// isClusterInUse reports whether ECS refuses to delete a cluster that something uses.
func isClusterInUse(err error) bool {
	return busyCluster.is(err) || clusterHasTasks.is(err) || clusterHasServices.is(err) || clusterHasOthers.is(err)
}
