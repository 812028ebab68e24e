package aws

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// convert carries what both sides name alike and drops the rest without a word. These tests
// fail as soon as the SDK gains a field that task.Definition does not have.

// unions are the SDK's unions: interfaces, of which reflection does not tell the members. A
// member is a struct with one field, Value.
var unions = map[reflect.Type]map[string]reflect.Type{
	reflect.TypeFor[types.SharingStrategy](): {"NvidiaMps": reflect.TypeFor[types.SharingStrategyMemberNvidiaMps]()},
}

// The SDK's package has no other implementation of a union than those listed.
func TestUnions_haveAllMembers(t *testing.T) {
	dir := packageDir(t, "github.com/aws/aws-sdk-go-v2/service/ecs/types")
	source, err := os.ReadFile(filepath.Join(dir, "types.go"))
	if err != nil {
		t.Fatal(err)
	}
	for union, members := range unions {
		var want []string
		for name := range members {
			want = append(want, union.Name()+"Member"+name)
		}
		var have []string
		for _, m := range regexp.MustCompile(`(?m)^type (`+union.Name()+`Member\w+) struct`).FindAllStringSubmatch(string(source), -1) {
			have = append(have, m[1])
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(have))); diff != "" {
			t.Errorf("%s, -listed +SDK:\n%s", union.Name(), diff)
		}
	}
}

// packageDir is where the sources of a package are.
func packageDir(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// leftOut are the SDK's fields that task.Definition does not have, each with the reason.
var leftOut = map[reflect.Type]map[string]string{
	reflect.TypeFor[ecs.RegisterTaskDefinitionInput](): {
		".Tags": "sent apart: a change of tags is no change of the definition",
	},
	reflect.TypeFor[types.TaskDefinition](): {
		".TaskDefinitionArn":  "of the revision: task.ObservedDefinition has it",
		".Revision":           "of the revision: task.ObservedDefinition has it",
		".Status":             "of the revision: only ACTIVE ones are looked at",
		".Compatibilities":    "what ECS finds that it could run on, not what it was asked to",
		".RequiresAttributes": "what ECS derives from the rest",
		".RegisteredAt":       "who did it and when, not what it is",
		".RegisteredBy":       "who did it and when, not what it is",
		".DeregisteredAt":     "of revisions that are INACTIVE",
		".DeleteRequestedAt":  "of revisions that are being deleted",
	},
}

func TestDefinition_hasEveryFieldOfTheSDK(t *testing.T) {
	for sdk, reasons := range leftOut {
		t.Run(sdk.Name(), func(t *testing.T) {
			p := parity{t: t, leftOut: reasons, used: map[string]bool{}}
			p.compare(sdk, reflect.TypeFor[task.Definition](), "")
			for path := range reasons {
				if !p.used[path] {
					t.Errorf("%s is left out, but the SDK has no such field, or task.Definition has it", path)
				}
			}
			if p.fields < 100 {
				t.Errorf("only %d fields were compared", p.fields)
			}
		})
	}
}

type parity struct {
	t       *testing.T
	leftOut map[string]string
	used    map[string]bool
	fields  int
}

// compare fails where two types differ in their fields, or in what these hold.
func (p *parity) compare(sdk, ours reflect.Type, path string) {
	sdk, ours = element(sdk), element(ours)
	if members, ok := unions[sdk]; ok {
		sdk = asStruct(members)
	}
	switch {
	case sdk.Kind() != reflect.Struct || ours.Kind() != reflect.Struct:
		if got, want := ours.Kind(), kinds[sdk.Kind()]; got != want {
			p.t.Errorf("%s: task has %s for the SDK's %s, want %s", path, got, sdk, want)
		}
		return
	case path != "" && sdk.NumField() == 0:
		p.t.Errorf("%s: the SDK's %s has no fields", path, sdk)
	}
	byName := map[string]reflect.StructField{}
	for i := range ours.NumField() {
		f := ours.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		byName[name] = f
	}
	for i := range sdk.NumField() {
		f := sdk.Field(i)
		if !f.IsExported() {
			continue
		}
		p.fields++
		at := path + "." + f.Name
		if _, ok := p.leftOut[at]; ok {
			p.used[at] = true
			continue
		}
		// The API's names are the SDK's with a small first letter.
		name := strings.ToLower(f.Name[:1]) + f.Name[1:]
		own, ok := byName[name]
		if !ok {
			p.t.Errorf("task.%s has no %q for the SDK's %s", ours.Name(), name, at)
			continue
		}
		delete(byName, name)
		if (f.Type.Kind() == reflect.Slice) != (own.Type.Kind() == reflect.Slice) {
			p.t.Errorf("%s: only one of %s and %s is a list", at, f.Type, own.Type)
		}
		p.compare(f.Type, own.Type, at)
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		p.t.Errorf("task.%s has %q, which the SDK's %s does not have", ours.Name(), name, sdk)
	}
}

// asStruct is a union as the wire has it: an object with a field for each member.
func asStruct(members map[string]reflect.Type) reflect.Type {
	var fields []reflect.StructField
	for name, member := range members {
		value, _ := member.FieldByName("Value")
		fields = append(fields, reflect.StructField{Name: name, Type: value.Type})
	}
	return reflect.StructOf(fields)
}

// kinds are the kinds that the domain has for those of the SDK.
var kinds = map[reflect.Kind]reflect.Kind{
	reflect.String: reflect.String,
	reflect.Bool:   reflect.Bool,
	reflect.Int32:  reflect.Int64,
	reflect.Map:    reflect.Map,
}

// element is the type that pointers and lists are of.
func element(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

// populate sets every exported field to something else.
func populate(v reflect.Value, path string, n *int64) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("value" + path)
	case reflect.Int32, reflect.Int64:
		*n++
		v.SetInt(*n)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		populate(v.Elem(), path, n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			populate(v.Index(i), fmt.Sprint(path, ".", i), n)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"key" + path: "value" + path}))
	case reflect.Interface:
		for _, member := range unions[v.Type()] { // one of them
			one := reflect.New(member)
			populate(one.Elem(), path, n)
			v.Set(one)
			return
		}
		panic("a union that is not listed: " + v.Type().String())
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				populate(v.Field(i), path+"."+f.Name, n)
			}
		}
	default:
		panic("nothing to populate " + v.Type().String() + " with at " + path)
	}
}

func populated[T any]() T {
	var value T
	var n int64
	populate(reflect.ValueOf(&value).Elem(), "", &n)
	return value
}

// What is registered says all that the domain's definition says, and is read back as it was.
func TestConvert_definitionThereAndBack(t *testing.T) {
	want := populated[task.Definition]()
	in, err := toSDK(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := fromSDK(in, in.ContainerDefinitions)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(populated[task.Definition](), want); diff != "" {
		t.Errorf("and the definition itself has changed:\n%s", diff)
	}
}

// Nothing that ECS answers is lost on the way to the domain.
func TestConvert_sdkThereAndBack(t *testing.T) {
	want := populated[ecs.RegisterTaskDefinitionInput]()
	want.Tags = nil
	between, err := fromSDK(want, want.ContainerDefinitions)
	if err != nil {
		t.Fatal(err)
	}
	got, err := toSDK(between)
	if err != nil {
		t.Fatal(err)
	}
	unexported := cmp.FilterPath(func(p cmp.Path) bool {
		field, ok := p.Last().(cmp.StructField)
		return ok && field.Name() == "noSmithyDocumentSerde"
	}, cmp.Ignore())
	if diff := cmp.Diff(&want, got, unexported); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What DescribeTaskDefinition answers is read whole, with what is the revision's beside it.
func TestConvert_observed(t *testing.T) {
	described := populated[types.TaskDefinition]()
	o, err := observedDefinition(&described, populated[[]types.Tag]())
	if err != nil {
		t.Fatal(err)
	}
	if o.ARN != *described.TaskDefinitionArn || o.Revision != int64(described.Revision) || len(o.Tags) != 2 {
		t.Errorf("read as %+v", o)
	}
	requirements := o.Definition.ContainerDefinitions[0].ResourceRequirements
	if len(requirements) != 2 || requirements[1].SharingStrategy == nil || requirements[1].SharingStrategy.NvidiaMPS.MaxComputePercent == 0 {
		t.Errorf("how GPUs are shared is read as %+v", requirements)
	}
	// A union's member that this SDK does not know must not keep a definition from being read.
	described.ContainerDefinitions[0].ResourceRequirements[0].SharingStrategy = &types.UnknownUnionMember{Tag: "another"}
	if o, err = observedDefinition(&described, nil); err != nil || o.Definition.ContainerDefinitions[0].ResourceRequirements[0].SharingStrategy != nil {
		t.Errorf("an unknown member is read as %+v, %v", o, err)
	}
}

// A field that is not set is not sent: ECS tells some zeros from nothing.
func TestConvert_emptyStaysEmpty(t *testing.T) {
	in, err := toSDK(task.Definition{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.ValueOf(*in).IsZero() {
		t.Errorf("an empty definition is sent as %+v", in)
	}
	d, err := fromSDK(&types.TaskDefinition{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.ValueOf(d).IsZero() {
		t.Errorf("an empty answer is read as %+v", d)
	}
	zeros := task.Definition{ContainerDefinitions: []task.Container{{
		Environment:     []task.KeyValue{{Name: "EMPTY"}},
		LinuxParameters: &task.LinuxParameters{MaxSwap: new(int64)},
		RestartPolicy:   &task.RestartPolicy{},
		Ulimits:         []task.Ulimit{{Name: "core"}},
	}}}
	if in, err = toSDK(zeros); err != nil {
		t.Fatal(err)
	}
	c := in.ContainerDefinitions[0]
	if c.Environment[0].Value == nil || c.LinuxParameters.MaxSwap == nil || c.RestartPolicy.Enabled == nil {
		t.Errorf("zeros that mean something are lost: %+v", c)
	}
}

// The domain knows neither SDK nor network: its lists of values are kept equal to AWS's
// here.
func TestEnumerations(t *testing.T) {
	for name, test := range map[string]struct{ ours, sdk []string }{
		"task.Architectures":    {task.Architectures, values(types.CPUArchitecture("").Values())},
		"task.OperatingSystems": {task.OperatingSystems, values(types.OSFamily("").Values())},
		// DELIVERY is for the logs of functions.
		"task.LogGroupClasses": {append([]string{string(logtypes.LogGroupClassDelivery)}, task.LogGroupClasses...), values(logtypes.LogGroupClass("").Values())},
	} {
		if diff := cmp.Diff(test.sdk, test.ours, cmpopts.SortSlices(strings.Compare)); diff != "" {
			t.Errorf("%s, -SDK +ours:\n%s", name, diff)
		}
	}
	for name, pair := range map[string][2]string{
		"launch type":  {task.Fargate, string(types.CompatibilityFargate)},
		"network mode": {task.AWSVPC, string(types.NetworkModeAwsvpc)},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %s is %s to the SDK", name, pair[0], pair[1])
		}
	}
}

func values[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
