package task

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
)

// FargateSpot is the capacity provider of spare Fargate capacity.
const FargateSpot = "FARGATE_SPOT"

const ec2 = "EC2"

// RunLaunchTypes are the launch types that RunTask takes. Managed instances are reached by a capacity
// provider alone: RunTask refuses MANAGED_INSTANCES, which the API lists.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
var RunLaunchTypes = []string{Fargate, ec2, "EXTERNAL"}

// CheckRunLaunchType checks the launch type of a run.
func CheckRunLaunchType(s string) error {
	if slices.Contains(RunLaunchTypes, s) {
		return nil
	}
	wrong := fmt.Sprintf("allowed are %s, not %q", strings.Join(RunLaunchTypes, ", "), s)
	if slices.Contains(LaunchTypes, s) {
		wrong += ": managed instances are reached by capacity_providers, without a launch type"
	}
	return errors.New(wrong)
}

// Launch is on what a task is run: on a launch type, on capacity providers, or, with neither, on the
// default capacity provider strategy of the cluster.
type Launch struct {
	Type string
	// Providers are the capacity providers, each with its share. Before the launch is resolved, nil
	// means that nothing is said of them, and an empty list asks for the strategy of the cluster.
	Providers []CapacityProvider
}

// CapacityProvider is an item of a capacity provider strategy.
type CapacityProvider struct {
	Name         string
	Base, Weight int64
}

// Limits of a capacity provider strategy.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
const (
	MaxProviderBase   = 100000
	MaxProviderWeight = 1000
	// DefaultProviderWeight differs from ECS's, 0, with which a strategy of one provider places no task.
	DefaultProviderWeight = 1
)

// CheckCapacityProvider checks the name of a capacity provider.
func CheckCapacityProvider(name string) error {
	if awsname.ECS.Matches(name) {
		return nil
	}
	return errors.New("a capacity provider is FARGATE, FARGATE_SPOT or the name of one of the cluster's own; " + described(name))
}

// CheckProviders checks a strategy of capacity providers, each good by itself.
func CheckProviders(providers []CapacityProvider) error {
	var names []string
	var based, fargate int
	weighs := false
	for _, p := range providers {
		if slices.Contains(names, p.Name) {
			return fmt.Errorf("capacity provider %s is there twice", p.Name)
		}
		names = append(names, p.Name)
		if p.Base > 0 {
			based++
		}
		if p.onFargate() {
			fargate++
		}
		weighs = weighs || p.Weight > 0
	}
	switch {
	case based > 1:
		return errors.New("only one capacity provider of a strategy has a base")
	case len(providers) > 0 && !weighs:
		return errors.New("at least one capacity provider needs a weight greater than 0; without one, no task is placed")
	case fargate > 0 && fargate < len(providers):
		return errors.New("a strategy has either Fargate's capacity providers or the cluster's own, not both")
	}
	return nil
}

func (p CapacityProvider) onFargate() bool { return p.Name == Fargate || p.Name == FargateSpot }

// ByCluster reports whether, with a resolved launch, the default strategy of the cluster decides.
func (l Launch) ByCluster() bool { return l.Type == "" && len(l.Providers) == 0 }

// OnFargate reports whether, with a resolved launch, the task runs on Fargate.
func (l Launch) OnFargate() bool {
	return l.Type == Fargate || slices.ContainsFunc(l.Providers, CapacityProvider.onFargate)
}

// Capability is where the tasks of a task definition can run.
type Capability struct {
	// LaunchTypes are those of the definition: nil if they are not known, empty if it names none.
	LaunchTypes []string
	// NetworkMode is "" if it is not known.
	NetworkMode string
}

// ByRules fills in what a docker task has by default, of a task that is given by its name.
func (c Capability) ByRules() Capability {
	if len(c.LaunchTypes) == 0 {
		c.LaunchTypes = []string{Fargate}
		if c.NetworkMode != "" && c.NetworkMode != AWSVPC {
			c.LaunchTypes = []string{ec2}
		}
	}
	c.NetworkMode = withNetworkMode(c.NetworkMode, "", c.LaunchTypes)
	return c
}

// OwnInterface reports whether tasks have a network interface, and so subnets and security groups: also
// if the network mode is not known.
func (c Capability) OwnInterface() bool { return c.NetworkMode == "" || c.NetworkMode == AWSVPC }

// CanFargate reports whether the task can run on Fargate, as far as it is known.
func (c Capability) CanFargate() bool {
	return c.OwnInterface() && (len(c.LaunchTypes) == 0 || slices.Contains(c.LaunchTypes, Fargate))
}

// launchType is one that the task can run on; "" if there is none that RunTask takes. A definition that
// names none is for EC2: ECS takes it for Fargate only where it was validated for it.
// Reports: aws-cloudformation/cfn-lint 3592, sil-org/ecs-deploy 129.
func (c Capability) launchType() string {
	switch {
	case c.LaunchTypes == nil && c.OwnInterface():
		return Fargate
	case len(c.LaunchTypes) == 0:
		return ec2
	}
	for _, t := range RunLaunchTypes {
		if slices.Contains(c.LaunchTypes, t) {
			return t
		}
	}
	return ""
}

// Resolve is the launch, with a launch type that the task can run on where nothing is said.
func (c Capability) Resolve(l Launch) Launch {
	if l.Type == "" && l.Providers == nil {
		l.Type = c.launchType()
	}
	return l
}

// MayBeOnFargate reports whether, with a resolved launch, the task may run on Fargate: only there does RunTask
// take a public address.
func (c Capability) MayBeOnFargate(l Launch) bool {
	return l.OnFargate() || l.ByCluster() && c.CanFargate()
}

// CheckLaunch checks a launch, before it is resolved, for this task. An error is about one attribute.
// Every task definition that ECS takes for Fargate is one for EC2 too.
func (c Capability) CheckLaunch(l Launch) (attribute string, err error) {
	refused := func(what string) error {
		if !c.OwnInterface() {
			return fmt.Errorf("the task does not run on %s: its network mode is %s, and Fargate takes only %s", what, c.NetworkMode, AWSVPC)
		}
		return fmt.Errorf("the task does not run on %s: its launch types are %s. Choose one of them, or add it to launch_types of the task", what, strings.Join(c.LaunchTypes, ", "))
	}
	switch {
	case l.Type == "" && l.Providers == nil && c.launchType() == "":
		return "capacity_providers", fmt.Errorf("the launch types of the task are %s, which RunTask reaches by a capacity provider only: set capacity_providers, to [] for the default capacity provider strategy of the cluster", strings.Join(c.LaunchTypes, ", "))
	case l.Type == Fargate && !c.CanFargate():
		return "launch_type", refused(Fargate)
	case l.Type == "EXTERNAL" && len(c.LaunchTypes) > 0 && !slices.Contains(c.LaunchTypes, l.Type):
		return "launch_type", fmt.Errorf("the task does not run on %s: its launch types are %s. Choose one of them, or add it to launch_types of the task", l.Type, strings.Join(c.LaunchTypes, ", "))
	}
	for _, p := range l.Providers {
		if p.onFargate() && !c.CanFargate() {
			return "capacity_providers", refused(p.Name)
		}
	}
	return "", nil
}
