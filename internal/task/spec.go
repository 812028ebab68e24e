// Package task knows what a docker task is: its sizes and names, its task definition, its
// roles and log group, and when two of them mean the same. It is pure: no AWS client, no
// Terraform type, no clock, no network.
package task

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// Fargate is the launch type without container instances.
const Fargate = "FARGATE"

// ManagedInstances is the launch type of container instances that ECS manages.
const ManagedInstances = "MANAGED_INSTANCES"

// LaunchTypes are what a task definition can be made for.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
var LaunchTypes = []string{Fargate, "EC2", "EXTERNAL", ManagedInstances}

// AWSVPC gives a task a network interface of its own; the only mode of Fargate.
const AWSVPC = "awsvpc"

// NetworkModes are those of ECS; see [withNetworkMode] for the default.
var NetworkModes = []string{AWSVPC, "bridge", "host", "none"}

// DefaultKeepRevisions is how many older revisions stay ACTIVE unless the user says
// another number.
const DefaultKeepRevisions = 5

// Spec is a docker task as its user describes it, every value effective: what was left out
// is filled in by [Spec.WithDefaults].
type Spec struct {
	Name  string
	Place arn.Place

	// Base is a whole task definition that the user brings, of which Main only changes image
	// and environment; nil where the containers are described here.
	Base *Definition
	// Images are those of the containers of Base, by name; "" is one that is not known yet.
	Images   map[string]string
	Main     ContainerSpec
	Sidecars []ContainerSpec // by name

	LaunchTypes           []string
	NetworkMode           string
	CPU                   int64 // units, 1024 to a vCPU; 0: none, not on Fargate
	Memory                int64 // MiB; 0: none, not on Fargate
	Architecture          string
	OperatingSystemFamily string
	// Rest are those fields of the task definition that stand in it as they are described.
	Rest Definition
	// Wired is what the wires give.
	Wired Wired
	// ExecuteCommand lets ECS Exec into the containers.
	ExecuteCommand bool

	ExecutionRole, TaskRole RoleSpec
	// SingleRole makes the execution role the task role too. TaskRole then says nothing.
	SingleRole bool
	// RoleDefaults are for what the roles do not say.
	RoleDefaults RoleDefaults
	// PermissionsBoundary is the ARN of a policy that bounds both roles, or "".
	PermissionsBoundary string
	// SecretsKMSKeyARNs are customer-managed keys that secrets are encrypted with.
	SecretsKMSKeyARNs []string
	LogGroup          LogGroup

	Network Network
	Tags    map[string]string // default tags included

	KeepRevisions int64
	// DeleteRevisions deletes revisions that are deregistered.
	DeleteRevisions bool
}

// ContainerSpec is a container as its user describes it: a container definition, and what
// takes some working out before it is one.
type ContainerSpec struct {
	Container
	SecretRefs map[string]string // variable to reference, see [ParseSecret]
	Log        LogSpec
}

// Wired is what wires give a task.
type Wired struct {
	// Statements are those of the task role.
	Statements []policy.Statement
	// Environment are the variables of the main container, Sidecars those of others by name.
	Environment map[string]string
	Sidecars    map[string]map[string]string
}

// LogSpec says where a container's output goes.
type LogSpec struct {
	// Driver is awslogs, to the unit's log group, where nothing else is said.
	Driver string
	// Options come on top of those that follow from the log group.
	Options    map[string]string
	SecretRefs map[string]string // option to reference
}

// RoleSpec is a role as its user describes it.
type RoleSpec struct {
	// ARN is set for another owner's role, about which nothing is managed.
	ARN string

	Name string
	// NamePrefix begins the name that the rules give, where there is no Name.
	NamePrefix         string
	Path               string
	Description        string
	MaxSessionDuration int64 // seconds
	ManagedPolicyARNs  []string
	Policies           map[string]string // name to JSON
	// RestrictTrust lets ECS use the role for this account and region only. Nil is true for
	// the task role and false for the execution role.
	RestrictTrust *bool
}

// Managed reports whether the role is the unit's.
func (r RoleSpec) Managed() bool { return r.ARN == "" }

// Defaults of IAM.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const (
	DefaultRolePath           = "/"
	DefaultMaxSessionDuration = 3600 // seconds
)

// WithDefaults fills in what was left out, from the name, the region and the launch type.
func (s Spec) WithDefaults() Spec {
	if s.Base != nil {
		s = s.withBase()
	} else if len(s.LaunchTypes) == 0 {
		s.LaunchTypes = []string{Fargate}
	}
	s.Architecture, s.OperatingSystemFamily = withPlatform(s.Architecture, s.OperatingSystemFamily, s.LaunchTypes)
	s.NetworkMode = cmp.Or(s.NetworkMode, withNetworkMode("", s.OperatingSystemFamily, s.LaunchTypes))
	if s.OnFargate() {
		s.CPU, s.Memory = EffectiveSize(s.OperatingSystemFamily, s.CPU, s.Memory)
	}
	s.Main.Name = cmp.Or(s.Main.Name, s.Name)
	s.ExecutionRole = s.ExecutionRole.withDefaults(s, ExecutionRole)
	s.TaskRole = s.TaskRole.withDefaults(s, TaskRole)
	if s.LogGroup.Managed() {
		s.LogGroup.Name = cmp.Or(s.LogGroup.Name, LogGroupName(s.Name))
		s.LogGroup.Class = cmp.Or(s.LogGroup.Class, LogGroupClasses[0])
		s.LogGroup.None = !s.LogGroup.Wanted && !s.writesTo(s.LogGroup.Name)
	}
	s.Network.Cluster = cmp.Or(s.Network.Cluster, DefaultCluster)
	return s
}

// The attributes that the defaults follow from. Off Fargate, the platform and the network mode have
// defaults only beside one another.

// ArchitectureNeeds are those that the default of Architecture follows from.
func (s Spec) ArchitectureNeeds() []attribute.Path {
	return s.platformNeeds(attribute.OperatingSystemFamily)
}

// OperatingSystemFamilyNeeds are those that the default of OperatingSystemFamily follows from.
func (s Spec) OperatingSystemFamilyNeeds() []attribute.Path {
	return s.platformNeeds(attribute.Architecture)
}

// NetworkModeNeeds are those that the default of NetworkMode follows from.
func (s Spec) NetworkModeNeeds() []attribute.Path {
	return s.platformNeeds(attribute.OperatingSystemFamily)
}

func (s Spec) platformNeeds(offFargate attribute.Path) []attribute.Path {
	needs := []attribute.Path{attribute.LaunchTypes, attribute.DefinitionJSON}
	if !s.OnFargate() {
		needs = append(needs, offFargate)
	}
	return needs
}

// Those that the other defaults follow from.
var (
	LaunchTypesNeeds   = []attribute.Path{attribute.DefinitionJSON}
	ContainerNameNeeds = []attribute.Path{attribute.Name, attribute.DefinitionJSON}
	CPUNeeds           = []attribute.Path{attribute.Memory, attribute.OperatingSystemFamily, attribute.LaunchTypes, attribute.DefinitionJSON}
	MemoryNeeds        = []attribute.Path{attribute.CPU, attribute.OperatingSystemFamily, attribute.LaunchTypes, attribute.DefinitionJSON}
)

// OnFargate reports whether the task can run on Fargate, and has to keep to its rules.
func (s Spec) OnFargate() bool { return slices.Contains(s.LaunchTypes, Fargate) }

// RoleDefaults are the prefix of the names of roles, and their path, where a role says nothing.
type RoleDefaults struct{ NamePrefix, Path string }

func (r RoleSpec) withDefaults(s Spec, kind RoleKind) RoleSpec {
	if !r.Managed() {
		return r
	}
	if r.Name == "" {
		r.Name = RoleName(cmp.Or(r.NamePrefix, s.RoleDefaults.NamePrefix), s.Name, s.Place.Region, kind)
	}
	r.Path = cmp.Or(r.Path, s.RoleDefaults.Path, DefaultRolePath)
	if r.MaxSessionDuration == 0 {
		r.MaxSessionDuration = DefaultMaxSessionDuration
	}
	return r
}

// Role is the user's description of one of the roles.
func (s Spec) Role(kind RoleKind) RoleSpec {
	if kind == ExecutionRole {
		return s.ExecutionRole
	}
	return s.TaskRole
}

// Holder is the kind of the role by which the task has its role of a kind.
func (s Spec) Holder(kind RoleKind) RoleKind {
	if s.SingleRole {
		return ExecutionRole
	}
	return kind
}

// Manages reports whether the unit makes a role of that kind.
func (s Spec) Manages(kind RoleKind) bool { return s.Holder(kind) == kind && s.Role(kind).Managed() }

// policyName is the name of the inline policy with the rights of a kind, on the role that holds it.
func (s Spec) policyName(kind RoleKind) string {
	if s.Holder(kind) != kind {
		return TaskPolicyName
	}
	return InlinePolicyName
}

// RoleARN is the ARN of one of the roles: known before the role exists.
func (s Spec) RoleARN(kind RoleKind) string {
	r := s.Role(s.Holder(kind))
	if !r.Managed() {
		return r.ARN
	}
	return s.Place.Global("iam", "role"+r.Path+r.Name)
}

// RoleARNNeeds are the attributes that [Spec.RoleARN] follows from.
func (s Spec) RoleARNNeeds(kind RoleKind) []attribute.Path {
	of := s.Holder(kind).Attributes()
	switch given := s.Role(s.Holder(kind)).ARN; {
	case !arn.Is(given): // a name in a file has an ARN only with the account
		return append(s.RoleNameNeeds(kind), of.Path, attribute.Account)
	case s.Base != nil:
		return slices.Concat(needsHolder(kind), of.All(), []attribute.Path{attribute.DefinitionJSON})
	}
	return append(needsHolder(kind), of.ARN)
}

// needsHolder are the attributes that decide which role holds the rights of a kind.
func needsHolder(kind RoleKind) []attribute.Path {
	if kind == TaskRole {
		return []attribute.Path{attribute.SingleRole}
	}
	return nil
}

// FamilyARN is the ARN of the task definition without a revision.
func (s Spec) FamilyARN() string {
	return awsname.TaskDefinition.ARN(s.Name, s.Place)
}

// FamilyARNNeeds are the attributes that [Spec.FamilyARN] follows from.
var FamilyARNNeeds = []attribute.Path{attribute.Name, attribute.Region, attribute.Account}

// ClusterARN is the ARN of the cluster that the task runs in.
func (s Spec) ClusterARN() string { return ClusterARN(s.Network.Cluster, s.Place) }

// ClusterARNNeeds are the attributes that [Spec.ClusterARN] follows from.
var ClusterARNNeeds = []attribute.Path{attribute.Cluster, attribute.Region, attribute.Account}

// LogGroupARN is the ARN of the log group, without the ":*" that some services add.
func (s Spec) LogGroupARN() string {
	if !s.LogGroup.Managed() {
		return s.LogGroup.ARN
	}
	return s.Place.Regional("logs", "log-group:"+s.LogGroup.Name)
}

// LogGroupARNNeeds are the attributes that [Spec.LogGroupARN] follows from.
func (s Spec) LogGroupARNNeeds() []attribute.Path {
	if s.LogGroup.ARN != "" {
		return []attribute.Path{attribute.LogGroup.ARN}
	}
	return append(s.LogGroupNameNeeds(), attribute.Region, attribute.Account)
}

// streamPrefix begins the name of every log stream, which is then prefix/container/task-id.
const streamPrefix = "ecs"

const streamPrefixOption = "awslogs-stream-prefix"

// LogGroupOption is the option of the awslogs driver that names the log group.
const LogGroupOption = "awslogs-group"

// logRegionOption is the one that names the region of the log group.
const logRegionOption = "awslogs-region"

// createGroupOption is the option that makes the awslogs driver make the log group.
const createGroupOption = "awslogs-create-group"

// Definition is the task definition. The error is of a secret that no reference can be
// made of; validation refuses it earlier with its key.
func (s Spec) Definition() (Definition, error) {
	if s.Base != nil {
		return s.changedBase(), nil
	}
	d := s.Rest
	d.Family = s.Name
	d.CPU, d.Memory = sizeText(s.CPU), sizeText(s.Memory)
	d.NetworkMode = s.NetworkMode
	d.RequiresCompatibilities = s.LaunchTypes
	if s.Architecture != "" || s.OperatingSystemFamily != "" {
		d.RuntimePlatform = &RuntimePlatform{CPUArchitecture: s.Architecture, OperatingSystemFamily: s.OperatingSystemFamily}
	}
	d.ExecutionRoleARN, d.TaskRoleARN = s.RoleARN(ExecutionRole), s.RoleARN(TaskRole)
	d.ContainerDefinitions = nil
	for _, c := range s.Containers() {
		container, err := s.container(c)
		if err != nil {
			return Definition{}, err
		}
		d.ContainerDefinitions = append(d.ContainerDefinitions, container)
	}
	return d, nil
}

// DefinitionUnknown reports whether the definition follows from something that is not known yet.
func (s Spec) DefinitionUnknown(unknown attribute.Set) bool {
	return unknown.Other(notInDefinition...) || unknown.Any(s.RoleARNNeeds(ExecutionRole)...) || unknown.Any(s.RoleARNNeeds(TaskRole)...)
}

// notInDefinition are the attributes that the definition does not follow from. It follows from all others,
// so a new one counts unless it is listed here.
var notInDefinition = slices.Concat(
	[]attribute.Path{
		attribute.Cluster, attribute.SubnetIDs, attribute.SecurityGroupIDs, attribute.AssignPublicIP,
		attribute.Tags, attribute.TagsAll, attribute.KeepRevisions, attribute.DeleteRevisions,
		attribute.PermissionsBoundary, attribute.SecretsKMSKeyARNs, attribute.EnableExecuteCommand,
		attribute.LogGroup.RetentionInDays, attribute.LogGroup.KMSKeyID, attribute.LogGroup.Class, attribute.LogGroup.Adopt, attribute.LogGroup.KeepOnDestroy,
	},
	notInARN(attribute.ExecutionRole), notInARN(attribute.TaskRole),
)

func notInARN(of attribute.Role) []attribute.Path {
	return []attribute.Path{of.Description, of.MaxSessionDuration, of.ManagedPolicyARNs, of.Policies, of.RestrictTrust}
}

// sizeText is a size as ECS takes it; "" for none.
func sizeText(v int64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatInt(v, 10)
}

// Containers are all containers that are described: the main one first, then the sidecars.
func (s Spec) Containers() []ContainerSpec {
	return append([]ContainerSpec{s.Main}, s.Sidecars...)
}

func (s Spec) container(c ContainerSpec) (Container, error) {
	out := c.Container
	if out.Essential == nil {
		yes := true
		out.Essential = &yes
	}
	out.Environment = withVariables(out.Environment, s.wiredInto(c.Name))
	var err error
	if out.Secrets, err = s.secrets(c.SecretRefs, "secrets"); err != nil {
		return Container{}, err
	}
	out.LogConfiguration, err = s.logConfiguration(c.Log)
	return out, err
}

// wiredInto are the variables that the wires give a container.
func (s Spec) wiredInto(container string) []KeyValue {
	variables := s.Wired.Sidecars[container]
	if container == s.Main.Name {
		variables = s.Wired.Environment
	}
	var out []KeyValue
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		out = append(out, KeyValue{Name: name, Value: variables[name]})
	}
	return out
}

func (s Spec) secrets(references map[string]string, attribute string) ([]ContainerSecret, error) {
	var out []ContainerSecret
	for _, key := range slices.Sorted(maps.Keys(references)) {
		secret, err := ParseSecret(references[key], s.Place)
		if err != nil {
			return nil, fmt.Errorf("%s[%q]: %w", attribute, key, err)
		}
		out = append(out, ContainerSecret{Name: key, ValueFrom: secret.ValueFrom})
	}
	return out, nil
}

// NoLog is the log driver of a container whose output goes nowhere that ECS knows of.
const NoLog = "none"

// AWSLogs is the log driver of CloudWatch Logs.
const AWSLogs = "awslogs"

func (s Spec) logConfiguration(l LogSpec) (*LogConfiguration, error) {
	driver := cmp.Or(l.Driver, AWSLogs)
	if driver == NoLog {
		return nil, nil
	}
	options := map[string]string{}
	if driver == AWSLogs {
		options = s.defaultLogOptions()
	}
	maps.Copy(options, l.Options)
	secrets, err := s.secrets(l.SecretRefs, "log_secret_options")
	return &LogConfiguration{LogDriver: driver, Options: options, SecretOptions: secrets}, err
}

func (s Spec) defaultLogOptions() map[string]string {
	return map[string]string{
		// The usual name also where the unit has no group: in another region it may be another owner's.
		LogGroupOption:     cmp.Or(s.LogGroupName(), s.LogGroup.Name),
		logRegionOption:    s.LogGroup.region(s.Place),
		streamPrefixOption: streamPrefix,
	}
}

// writesTo reports whether a container writes to a log group of the task's region.
func (s Spec) writesTo(group string) bool {
	here := func(options map[string]string) bool {
		return cmp.Or(options[logRegionOption], s.Place.Region) == s.Place.Region
	}
	if s.Base != nil {
		return slices.ContainsFunc(s.Base.ContainerDefinitions, func(c Container) bool {
			to, _ := logGroupOf(c)
			return c.LogConfiguration == nil || to == group && here(c.LogConfiguration.Options)
		})
	}
	return slices.ContainsFunc(s.Containers(), func(c ContainerSpec) bool {
		to, other := c.Log.Options[LogGroupOption]
		return cmp.Or(c.Log.Driver, AWSLogs) == AWSLogs && (!other || to == group) && here(c.Log.Options)
	})
}

// ObservedContainer is the description of a container that AWS has. References to secrets
// stay as they are said where they lead to the same.
func (s Spec) ObservedContainer(said ContainerSpec, c Container) ContainerSpec {
	out := ContainerSpec{Container: c, SecretRefs: s.references(said.SecretRefs, c.Secrets)}
	l := c.LogConfiguration
	if l == nil {
		out.Log.Driver = NoLog
		return out
	}
	out.Log = LogSpec{Driver: l.LogDriver, Options: map[string]string{}, SecretRefs: s.references(said.Log.SecretRefs, l.SecretOptions)}
	usual := map[string]string{}
	if l.LogDriver == AWSLogs {
		usual = s.defaultLogOptions()
	}
	for k, v := range l.Options {
		// An option may also be written out with the value that it has anyway.
		if usual[k] != v || said.Log.Options[k] == v {
			out.Log.Options[k] = v
		}
	}
	return out
}

func (s Spec) references(said map[string]string, secrets []ContainerSecret) map[string]string {
	out := map[string]string{}
	for _, secret := range secrets {
		out[secret.Name] = secret.ValueFrom
		if parsed, err := ParseSecret(said[secret.Name], s.Place); err == nil && parsed.ValueFrom == secret.ValueFrom {
			out[secret.Name] = said[secret.Name]
		}
	}
	return out
}

// MainContainer is the container of a definition that a docker task is about: the one of
// the given name, else the one named like the family, else the first essential one. The
// second result is false where there is none.
func (d Definition) MainContainer(name string) (Container, bool) {
	for _, wanted := range []string{name, d.Family} {
		for _, c := range d.ContainerDefinitions {
			if wanted != "" && c.Name == wanted {
				return c, true
			}
		}
	}
	for _, c := range d.ContainerDefinitions {
		if c.Essential == nil || *c.Essential {
			return c, true
		}
	}
	return Container{}, false
}

// RoleName is the name of one of the roles, also of a part of another owner.
func (s Spec) RoleName(kind RoleKind) string {
	r := s.Role(s.Holder(kind))
	if r.Managed() {
		return r.Name
	}
	a, err := arn.Parse(r.ARN)
	if err != nil {
		return r.ARN // a name, as long as the account is not known
	}
	return a.Name()
}

// RoleNameNeeds are the attributes that [Spec.RoleName] follows from.
func (s Spec) RoleNameNeeds(kind RoleKind) []attribute.Path {
	of := s.Holder(kind).Attributes()
	needs := []attribute.Path{attribute.Name, attribute.Region, attribute.DefinitionJSON, of.ARN, of.Name, of.NamePrefix}
	if s.Base != nil { // the role in the file counts where nothing is said of the role beside it
		needs = append(needs, of.All()...)
	}
	return append(needs, needsHolder(kind)...)
}

// LogGroupName is the name of the log group, also of a part of another owner.
func (s Spec) LogGroupName() string { return s.LogGroup.groupName() }

// LogGroupNameNeeds are the attributes that [Spec.LogGroupName] follows from.
func (s Spec) LogGroupNameNeeds() []attribute.Path {
	return append(s.managesLogGroupNeeds(), attribute.Name, attribute.LogGroup.Name)
}

// managesLogGroupNeeds are the attributes that decide whether there is a log group, and whose it is. One
// that the user asks for is there, and so is one that the main container writes to in any case.
func (s Spec) managesLogGroupNeeds() []attribute.Path {
	needs := []attribute.Path{attribute.LogGroup.ARN, attribute.DefinitionJSON}
	if s.LogGroup.Wanted {
		return needs
	}
	needs = append(needs, attribute.LogDriver, attribute.LogOptions)
	anyway := s.Main.Log.Driver == "" && len(s.Main.Log.Options) == 0
	if s.Base != nil {
		anyway = slices.ContainsFunc(s.Base.ContainerDefinitions, func(c Container) bool { return c.LogConfiguration == nil })
	}
	if anyway {
		return needs
	}
	return append(needs, attribute.Sidecars, attribute.Name, attribute.Region) // a log_options may have its name
}

// LogRetentionNeeds are the attributes that [LogGroup.ManagedRetention] follows from.
func (s Spec) LogRetentionNeeds() []attribute.Path {
	return append(s.managesLogGroupNeeds(), attribute.LogGroup.RetentionInDays)
}

// LogKeyNeeds are the attributes that [LogGroup.ManagedKeyID] follows from: with a key, there is a group, and
// it is the unit's.
var LogKeyNeeds = []attribute.Path{attribute.LogGroup.KMSKeyID}
