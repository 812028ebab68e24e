package provider_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
)

// Why some fields have no manual change.
const (
	immutable = "AWS does not let anybody change it"
	counted   = "AWS counts or measures it"
	theirs    = "a setting of others that the unit knows nothing of: not read, not changed"
)

// unchangedFields are the fields that AWS returns of a part and that have no manual change, with the reason. All other
// fields of the SDK must be in the tables.
var unchangedFields = map[string]string{
	"Role.Arn":                immutable,
	"Role.CreateDate":         immutable,
	"Role.RoleLastUsed":       counted,
	"Role.RoleName":           immutable,
	"Role.SourceRoleTemplate": immutable,

	"TaskDefinition.TrustedExecutionConfiguration": "TestTask_showsEveryField: the emulator does not return it",

	"LogGroup.Arn": immutable,
	"LogGroup.BearerTokenAuthenticationEnabled": theirs,
	"LogGroup.DataProtectionStatus":             theirs,
	"LogGroup.DeletionProtectionEnabled":        theirs + "; destroy fails while it is on, as it should",
	"LogGroup.InheritedProperties":              theirs,
	"LogGroup.KmsKeyId":                         "TestAccTask_drift_logGroupSettings: the emulator has no keys",
	"LogGroup.LogGroupArn":                      immutable,
	"LogGroup.LogGroupClass":                    "TestAccTask_drift_logGroupSettings: the emulator has no classes",
	"LogGroup.LogGroupName":                     immutable,
	"LogGroup.MetricFilterCount":                theirs,
	"LogGroup.RetentionPolicyName":              "TestAccTask_drift_logGroupSettings: the emulator has no policies of the account",
	"LogGroup.StoredBytes":                      counted,

	"TaskDefinition.Compatibilities":      "AWS derives it from the rest",
	"TaskDefinition.DeleteRequestedAt":    immutable,
	"TaskDefinition.DeregisteredAt":       immutable,
	"TaskDefinition.EnableFaultInjection": "TestTask_survivesECS: the emulator does not return it",
	"TaskDefinition.Family":               immutable,
	"TaskDefinition.RegisteredAt":         immutable,
	"TaskDefinition.RegisteredBy":         immutable,
	"TaskDefinition.RequiresAttributes":   "AWS derives it from the rest",
	"TaskDefinition.Revision":             immutable,
	"TaskDefinition.TaskDefinitionArn":    immutable,

	"Schedule.ActionAfterCompletion": "TestAccSchedule_drift_afterCompletion: the emulator does not change it",
	"Schedule.CreationDate":          immutable,
	"Schedule.GroupName":             immutable,
	"Schedule.LastModificationDate":  counted,
	"Schedule.Name":                  immutable,

	"Rule.CreatedBy":    immutable,
	"Rule.EventBusName": immutable,
	"Rule.ManagedBy":    immutable,
	"Rule.Name":         immutable,
}

// descends are the structures whose fields count one by one; any other structure is one field.
var descends = []string{
	"Schedule.FlexibleTimeWindow", "Schedule.Target", "Schedule.Target.RetryPolicy", "Schedule.Target.EcsParameters",
	"Schedule.Target.EcsParameters.NetworkConfiguration", "Schedule.Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration",
	"Target.InputTransformer", "Target.RetryPolicy",
}

// What is tried of the fields inside of one field.
const (
	everyField = "TestTask_showsEveryField edits each"
	oneValue   = "there is nothing in it but what a hand changes"
	oneLine    = "the resource has none: whatever is in it, it is one line of drift"
)

// insides are the structures that count as one field, with what is tried of the fields in them.
var insides = map[string]string{
	"TaskDefinition.ContainerDefinitions":                    everyField,
	"TaskDefinition.Volumes":                                 everyField,
	"TaskDefinition.ProxyConfiguration":                      everyField,
	"TaskDefinition.PlacementConstraints":                    everyField,
	"TaskDefinition.RuntimePlatform":                         everyField,
	"TaskDefinition.EphemeralStorage":                        everyField,
	"TaskDefinition.InferenceAccelerators":                   everyField,
	"Role.PermissionsBoundary":                               oneValue,
	"Role.Tags":                                              oneValue,
	"Schedule.Target.EcsParameters.PlacementConstraints":     oneLine,
	"Schedule.Target.EcsParameters.PlacementStrategy":        oneLine,
	"Schedule.Target.EventBridgeParameters":                  oneLine,
	"Schedule.Target.KinesisParameters":                      oneLine,
	"Schedule.Target.SageMakerPipelineParameters":            oneLine,
	"Schedule.Target.SqsParameters":                          oneLine,
	"Schedule.Target.DeadLetterConfig":                       oneValue,
	"Schedule.Target.EcsParameters.CapacityProviderStrategy": "changes on the provider, weight and base, and with two of them",
	"Target.AppSyncParameters":                               oneLine,
	"Target.BatchParameters":                                 oneLine,
	"Target.EcsParameters":                                   oneLine,
	"Target.HttpParameters":                                  oneLine,
	"Target.KinesisParameters":                               oneLine,
	"Target.RedshiftDataParameters":                          oneLine,
	"Target.RunCommandParameters":                            oneLine,
	"Target.SageMakerPipelineParameters":                     oneLine,
	"Target.DeadLetterConfig":                                oneValue,
	"Target.SqsParameters":                                   oneValue,
}

// TestDrift_fields: every field that AWS returns of a part has a manual change, or a reason why not.
func TestDrift_fields(t *testing.T) {
	t.Parallel()
	touched := map[string]bool{}
	touch := func(fields []string) {
		for _, field := range fields {
			field, _, _ = strings.Cut(field, " ")
			touched[strings.TrimSuffix(field, ":")] = true
		}
	}
	touch(fieldsOf(slices.Concat(roleDrift("execution"), goneRoleDrift("execution"), definitionDrift, quietDefinitionDrift, logGroupDrift, []manualChange[heldTask]{noneActive, newestInactive})))
	touch(fieldsOf(slices.Concat(scheduleDrift, goneScheduleDrift)))
	touch(fieldsOf(ruleDrift))
	known := map[string]bool{}
	for name, typ := range map[string]reflect.Type{
		"Role":           reflect.TypeFor[iamtypes.Role](),
		"LogGroup":       reflect.TypeFor[logstypes.LogGroup](),
		"TaskDefinition": reflect.TypeFor[ecstypes.TaskDefinition](),
		"Schedule":       reflect.TypeFor[scheduler.GetScheduleOutput](),
		"Rule":           reflect.TypeFor[eventbridge.DescribeRuleOutput](),
		"Target":         reflect.TypeFor[eventstypes.Target](),
	} {
		leaves(name, typ, known)
	}
	for field, structure := range known {
		_, excused := unchangedFields[field]
		switch {
		case touched[field] && excused:
			t.Errorf("%s is changed by a hand, and said not to be", field)
		case !touched[field] && !excused:
			t.Errorf("no manual change of %s: add one, or a reason to unchangedFields", field)
		}
		if _, told := insides[field]; told != (structure && !excused) {
			t.Errorf("%s is in insides: %t; it must be: %t", field, told, !told)
		}
	}
	for name, table := range map[string]map[string]string{"unchangedFields": unchangedFields, "insides": insides} {
		for field := range table {
			if _, ok := known[field]; !ok {
				t.Errorf("%s has %s, which the SDK does not know", name, field)
			}
		}
	}
	t.Logf("%d fields, %d of them without a hand", len(known), len(unchangedFields))
}

func fieldsOf[F manualChangeOf](changes []manualChange[F]) []string {
	var out []string
	for _, h := range changes {
		out = append(out, h.field)
	}
	return out
}

// leaves are the fields of a structure by their paths, each with whether there are further fields
// in it.
func leaves(path string, typ reflect.Type, into map[string]bool) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		at := path + "." + f.Name
		structure := inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]()
		if structure && slices.Contains(descends, at) {
			leaves(at, inner, into)
			continue
		}
		into[at] = structure
	}
}
