package middleware

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

// minHidden is the length from which on a value is hidden: "1", "no" and "dev" say little, and
// stand in many a word.
const minHidden = sanitize.MinHidden

// valueHiding takes the values of a request out of AWS's errors, some of which repeat what AWS does not
// take, and makes the errors one line without control characters. All that is said of a call passes here,
// so what others make of the error needs no care of its own.
type valueHiding struct{}

// addTo puts it outermost: what comes out of a call goes into errors and logs.
func (h valueHiding) addTo(stack *middleware.Stack) error {
	return stack.Initialize.Add(h, middleware.Before)
}

// ID names the middleware.
func (valueHiding) ID() string { return "DockerTaskValueHiding" }

// HandleInitialize calls, and hides.
func (h valueHiding) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleInitialize(ctx, in)
	if err != nil {
		if text := shown(err, in.Parameters); text != err.Error() {
			err = &hiddenError{cause: err, text: text}
		}
	}
	return out, metadata, err
}

// shown is what may be shown of the error of a request. AWS's message is what may repeat values; the words
// before it (operation, status, code) stay, also where a value is one of them.
func shown(err error, request any) string {
	text, message := err.Error(), ""
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		message = api.ErrorMessage()
	}
	if before, found := strings.CutSuffix(text, message); found && message != "" {
		return sanitize.Text(before) + sanitize.Text(sanitize.Hide(message, valuesOf(request)))
	}
	return sanitize.Text(sanitize.Hide(text, valuesOf(request)))
}

// EntryError is the error of one entry of a request of several, which AWS returns in a response.
func EntryError(code, message *string, request any) error {
	return &smithy.GenericAPIError{
		Code:    sanitize.Text(aws.ToString(code)),
		Message: sanitize.Text(sanitize.Hide(aws.ToString(message), valuesOf(request))),
	}
}

// valuesOf are the values in a request that may be secrets: all texts that are no names.
func valuesOf(request any) []string {
	var found requestValues
	switch in := request.(type) {
	case *ecs.RegisterTaskDefinitionInput:
		for _, c := range in.ContainerDefinitions {
			if log := c.LogConfiguration; log != nil && log.LogDriver == types.LogDriverAwslogs {
				c.LogConfiguration = nil // names that stand in many an error
			}
			found.walk(reflect.ValueOf(c), "ContainerDefinition")
		}
		for _, v := range in.Volumes {
			found.walk(reflect.ValueOf(v), "Volume")
		}
	case *ecs.RunTaskInput:
		found.walkOverrides(in.Overrides)
	case *ecs.StartTaskInput:
		found.walkOverrides(in.Overrides)
	case *scheduler.CreateScheduleInput:
		found.overridden(in.Target)
	case *scheduler.UpdateScheduleInput:
		found.overridden(in.Target)
	case *eventbridge.PutTargetsInput:
		for _, t := range in.Targets {
			found.document(aws.ToString(t.Input))
			if t.InputTransformer != nil {
				found.document(aws.ToString(t.InputTransformer.InputTemplate))
			}
		}
	}
	return slices.DeleteFunc(found, func(v string) bool {
		return len(v) < minHidden || slices.Contains(plainWords, strings.ToLower(v)) || strings.HasPrefix(v, "arn:")
	})
}

// plainWords are values that say nothing of their own, and stand in many a message.
var plainWords = []string{"true", "false", "null", "none", "cmd-shell"}

// nameFields are the fields of containers and volumes that hold names, paths and words of ECS. Everything
// else is a value, also what ECS may add (TestValueHiding_allFields has the list).
var nameFields = map[string]bool{
	"ContainerDefinition.Name": true, "ContainerDefinition.Image": true, "ContainerDefinition.Links": true,
	"ContainerDefinition.User": true, "ContainerDefinition.WorkingDirectory": true, "ContainerDefinition.VersionConsistency": true,
	"ContainerDefinition.CredentialSpecs": true, "ContainerDefinition.Hostname": true, "ContainerDefinition.DnsServers": true,
	"ContainerDefinition.DnsSearchDomains": true, "ContainerDefinition.DockerSecurityOptions": true,
	"ContainerOverride.Name":        true,
	"ContainerDependency.Condition": true, "ContainerDependency.ContainerName": true,
	"KeyValuePair.Name": true, "EnvironmentFile.Type": true, "EnvironmentFile.Value": true,
	"HostEntry.Hostname": true, "HostEntry.IpAddress": true, "FirelensConfiguration.Type": true,
	"KernelCapabilities.Add": true, "KernelCapabilities.Drop": true, "Device.HostPath": true, "Device.ContainerPath": true,
	"Device.Permissions": true, "Tmpfs.ContainerPath": true, "Tmpfs.MountOptions": true,
	"LogConfiguration.LogDriver": true, "Secret.Name": true, "Secret.ValueFrom": true,
	"MountPoint.ContainerPath": true, "MountPoint.SourceVolume": true, "VolumeFrom.SourceContainer": true,
	"PortMapping.AppProtocol": true, "PortMapping.ContainerPortRange": true, "PortMapping.Name": true, "PortMapping.Protocol": true,
	"RepositoryCredentials.CredentialsParameter": true, "ResourceRequirement.Type": true, "ResourceRequirement.Value": true,
	"SystemControl.Namespace": true, "SystemControl.Value": true, "Ulimit.Name": true,
	"Volume.Name": true, "HostVolumeProperties.SourcePath": true, "DockerVolumeConfiguration.Driver": true,
	"DockerVolumeConfiguration.Scope": true, "EFSVolumeConfiguration.FileSystemId": true, "EFSVolumeConfiguration.RootDirectory": true,
	"EFSVolumeConfiguration.TransitEncryption": true, "EFSAuthorizationConfig.AccessPointId": true, "EFSAuthorizationConfig.Iam": true,
	"FSxWindowsFileServerVolumeConfiguration.FileSystemId": true, "FSxWindowsFileServerVolumeConfiguration.RootDirectory": true,
	"FSxWindowsFileServerAuthorizationConfig.CredentialsParameter": true, "FSxWindowsFileServerAuthorizationConfig.Domain": true,
	"S3FilesVolumeConfiguration.FileSystemArn": true, "S3FilesVolumeConfiguration.AccessPointArn": true, "S3FilesVolumeConfiguration.RootDirectory": true,
}

// requestValues are texts of requests.
type requestValues []string

// walk collects the texts of a value of the SDK's. field is Type.Field, or the type for a struct.
func (found *requestValues) walk(v reflect.Value, field string) {
	v = reflect.Indirect(v)
	if !v.IsValid() || nameFields[field] {
		return
	}
	switch v.Kind() {
	case reflect.String:
		*found = append(*found, v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				found.walk(v.Field(i), v.Type().Name()+"."+f.Name)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			found.walk(v.Index(i), field)
		}
	case reflect.Map: // the keys are names
		for _, key := range v.MapKeys() {
			found.walk(v.MapIndex(key), field)
		}
	}
}

// walkOverrides collects commands and variables of a run.
func (found *requestValues) walkOverrides(o *types.TaskOverride) {
	if o != nil {
		found.walk(reflect.ValueOf(o.ContainerOverrides), "ContainerOverride")
	}
}

func (found *requestValues) overridden(target *schedulertypes.Target) {
	if target != nil {
		found.document(aws.ToString(target.Input))
	}
}

// literal is a text of a JSON document, or of a template that is nearly one, with what makes it a key.
var literal = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"(\s*:)?`)

// document collects a document and the texts in it, but for keys, and for the names of containers.
func (found *requestValues) document(text string) {
	*found = append(*found, text)
	key := ""
	for _, match := range literal.FindAllStringSubmatch(text, -1) {
		inner := match[1]
		var plain string
		if json.Unmarshal([]byte(`"`+inner+`"`), &plain) == nil {
			inner = plain
		}
		switch {
		case match[2] != "":
			key = inner
			continue
		case key != "name":
			*found = append(*found, inner)
		}
	}
}

// hiddenError says another text than its cause, and is the same error otherwise.
type hiddenError struct {
	cause error
	text  string
}

// Error is the text without the values.
func (e *hiddenError) Error() string { return e.text }

// Unwrap is the error as AWS gave it, for its code.
func (e *hiddenError) Unwrap() error { return e.cause }
