// Package cluster is the domain of docker_task_cluster: an ECS cluster as it shall be, as it is, and what leads from
// one to the other. It is pure.
package cluster

import (
	"slices"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// DefaultProviders are the capacity providers that a cluster has unless the user says otherwise. AWS keeps them in
// each account.
var DefaultProviders = []string{task.Fargate, task.FargateSpot}

// ARN is the ARN of a cluster.
func ARN(name string, place arn.Place) string { return awsname.Cluster.ARN(name, place) }

// Settings are what can be changed of a cluster.
type Settings struct {
	// Providers are the capacity providers that are associated with the cluster.
	Providers []string
	// Strategy is the default capacity provider strategy; empty for none.
	Strategy []task.CapacityProvider
	// Insights is the value of Container Insights; "" if the account's setting decides.
	Insights string
	// Execute is the configuration of ECS Exec.
	Execute Execute
}

// Unit is a cluster as a model describes it.
type Unit struct {
	Name, ARN string
	Place     arn.Place
	// Providers are the capacity providers that the unit associates. Others may be associated beside.
	Providers []string
	// Strategy is nil if the configuration says nothing of it.
	Strategy []task.CapacityProvider
	Insights string
	// Execute is nil if the configuration says nothing of it.
	Execute *Execute
	Tags    map[string]string // the unit's id apart
	// History is nil if the unit has no event history.
	History *History
	// Adopt allows to take over a cluster that exists.
	Adopt bool
}

// Part is the cluster as the unit's record has it.
func (u Unit) Part() task.Part { return task.Part{Kind: task.ClusterPart, Name: u.Name} }

// Refs name the parts that the unit may have.
func (u Unit) Refs() Refs { return NewRefs(u.Name, u.Place) }

// Parts are the parts of the unit as its record has them.
func (u Unit) Parts() []task.Part {
	parts := []task.Part{u.Part()}
	if h := u.History; h != nil {
		parts = append(parts, task.Part{Kind: task.LogGroupPart, Name: h.Group.Name}, task.Part{Kind: task.RulePart, Name: h.Rule.Name})
	}
	return parts
}

// Settings are those of a new cluster.
func (u Unit) Settings() Settings { return u.Over(Settings{}, Unit{}, false) }

// Over are the settings to which the unit changes a cluster. Had is the unit as state has it. What others have
// associated stays. What the configuration says nothing of is as in a new cluster, unless the cluster was adopted:
// then it stays too, but for what the unit itself has set before.
func (u Unit) Over(have Settings, had Unit, adopted bool) Settings {
	want := Settings{Providers: u.providersOver(have.Providers, had.Providers), Insights: u.Insights}
	switch {
	case u.Strategy != nil:
		want.Strategy = u.Strategy
	case adopted && had.Strategy == nil:
		want.Strategy = have.Strategy
	}
	switch {
	case u.Execute != nil:
		want.Execute = *u.Execute
	case adopted && had.Execute == nil:
		want.Execute = have.Execute
	}
	if want.Insights == "" {
		want.Insights = have.Insights
	}
	return want
}

func (u Unit) providersOver(have, had []string) []string {
	var out []string
	for _, p := range have {
		if !slices.Contains(had, p) || slices.Contains(u.Providers, p) {
			out = append(out, p)
		}
	}
	for _, p := range u.Providers {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// SameCapacity reports whether providers and strategy are the same. The order of providers says nothing.
func (s Settings) SameCapacity(other Settings) bool {
	return slices.Equal(slices.Sorted(slices.Values(s.Providers)), slices.Sorted(slices.Values(other.Providers))) && SameStrategy(s.Strategy, other.Strategy)
}

// SameStrategy reports whether two strategies say the same, in whatever order.
func SameStrategy(a, b []task.CapacityProvider) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(p task.CapacityProvider) bool { return !slices.Contains(b, p) })
}

// The states of a cluster.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html
const (
	statusProvisioning   = "PROVISIONING"
	statusDeprovisioning = "DEPROVISIONING"
	statusFailed         = "FAILED"
	statusInactive       = "INACTIVE"

	updateInProgress = "UPDATE_IN_PROGRESS"
	updateFailed     = "UPDATE_FAILED"
)

// Observed is a cluster as ECS has it.
type Observed struct {
	ARN    string
	Status string
	// AttachmentsStatus is how a change of capacity providers has got on; "" if there was none.
	AttachmentsStatus string
	Settings
	Tags map[string]string
}

// Exists reports whether there is the cluster: ECS goes on to show a deleted one for a time.
func (o *Observed) Exists() bool { return o != nil && o.Status != statusInactive }

// Leaving reports whether the cluster is being deleted.
func (o *Observed) Leaving() bool { return o.Status == statusDeprovisioning }

// Settling reports whether ECS still works on a change.
func (o *Observed) Settling() bool {
	return o.Status == statusProvisioning || o.AttachmentsStatus == updateInProgress
}

// Failed reports whether ECS could not do a change of capacity providers.
func (o *Observed) Failed() bool {
	return o.Status == statusFailed || o.AttachmentsStatus == updateFailed
}

// IsAdopted reports whether the cluster has the tag of one that a unit took over.
func (o *Observed) IsAdopted() bool { return o.Tags[task.TagAdopted] == "true" }

// Of is what a unit's record shows of the cluster: nil if it is not the unit's. A cluster that carries the id is
// confirmed.
func (o *Observed) Of(rec task.Record, name string) (*Observed, task.Record) {
	if o == nil {
		return nil, rec
	}
	rec = rec.Seen(task.ClusterPart, name, o.Tags)
	if !rec.Shows(task.ClusterPart, name, o.Tags) {
		return nil, rec
	}
	return o, rec
}

// TagsOver are the tags to which the unit changes those of a cluster. Those that others put on an adopted one stay.
func (u Unit) TagsOver(have map[string]string, had Unit, unitID string, adopted bool) task.TagChange {
	want := map[string]string{task.TagUnit: unitID}
	for k, v := range u.Tags {
		want[k] = v
	}
	if adopted {
		want[task.TagAdopted] = "true"
	}
	change := task.ChangeTags(have, want)
	if adopted {
		change.Remove = slices.DeleteFunc(change.Remove, func(key string) bool { _, ours := had.Tags[key]; return !ours })
	}
	return change
}
