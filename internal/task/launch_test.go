package task

import (
	"strings"
	"testing"
)

func providers(names ...string) Launch {
	l := Launch{Providers: []CapacityProvider{}}
	for _, name := range names {
		l.Providers = append(l.Providers, CapacityProvider{Name: name, Weight: 1})
	}
	return l
}

// Where no launch type is given, it is one that the task can run on; one that it cannot run on is refused.
func TestCapability(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		task    Capability
		launch  Launch
		want    string // launch type; "" for none
		refused string // attribute
	}{
		"nothing is known":                     {want: "FARGATE"},
		"both":                                 {task: Capability{[]string{"EC2", "FARGATE"}, "awsvpc"}, want: "FARGATE"},
		"EC2, awsvpc":                          {task: Capability{[]string{"EC2"}, "awsvpc"}, want: "EC2"},
		"EC2, bridge":                          {task: Capability{[]string{"EC2"}, "bridge"}, want: "EC2"},
		"EXTERNAL":                             {task: Capability{[]string{"EXTERNAL"}, "bridge"}, want: "EXTERNAL"},
		"EXTERNAL and EC2":                     {task: Capability{[]string{"EXTERNAL", "EC2"}, "host"}, want: "EC2"},
		"managed and EC2":                      {task: Capability{[]string{"MANAGED_INSTANCES", "EC2"}, "awsvpc"}, want: "EC2"},
		"managed only":                         {task: Capability{[]string{"MANAGED_INSTANCES"}, "awsvpc"}, refused: "capacity_providers"},
		"managed only, by the cluster":         {task: Capability{[]string{"MANAGED_INSTANCES"}, "awsvpc"}, launch: providers()},
		"managed only, on a provider":          {task: Capability{[]string{"MANAGED_INSTANCES"}, "awsvpc"}, launch: providers("ours")},
		"the definition names none, awsvpc":    {task: Capability{[]string{}, "awsvpc"}, want: "EC2"},
		"the definition names none, bridge":    {task: Capability{[]string{}, "bridge"}, want: "EC2"},
		"only the mode is known":               {task: Capability{nil, "bridge"}, want: "EC2"},
		"only awsvpc is known":                 {task: Capability{nil, "awsvpc"}, want: "FARGATE"},
		"a launch type of the future":          {task: Capability{[]string{"ORBIT"}, "awsvpc"}, refused: "capacity_providers"},
		"FARGATE on EC2 only":                  {task: Capability{[]string{"EC2"}, "awsvpc"}, launch: Launch{Type: "FARGATE"}, refused: "launch_type"},
		"FARGATE under bridge":                 {task: Capability{nil, "bridge"}, launch: Launch{Type: "FARGATE"}, refused: "launch_type"},
		"FARGATE where none is named":          {task: Capability{[]string{}, "awsvpc"}, launch: Launch{Type: "FARGATE"}, want: "FARGATE"},
		"EC2 on FARGATE only":                  {task: Capability{[]string{"FARGATE"}, "awsvpc"}, launch: Launch{Type: "EC2"}, want: "EC2"},
		"EXTERNAL on FARGATE only":             {task: Capability{[]string{"FARGATE"}, "awsvpc"}, launch: Launch{Type: "EXTERNAL"}, refused: "launch_type"},
		"Fargate's provider on EC2 only":       {task: Capability{[]string{"EC2"}, "awsvpc"}, launch: providers("FARGATE_SPOT"), refused: "capacity_providers"},
		"Fargate's provider":                   {task: Capability{[]string{"FARGATE"}, "awsvpc"}, launch: providers("FARGATE_SPOT")},
		"the cluster's own provider":           {task: Capability{[]string{"EC2"}, "awsvpc"}, launch: providers("ours")},
		"by the cluster, a task on EC2 only":   {task: Capability{[]string{"EC2"}, "awsvpc"}, launch: providers()},
		"by the cluster, nothing is known":     {launch: providers()},
		"FARGATE, and both are possible":       {task: Capability{[]string{"EC2", "FARGATE"}, "awsvpc"}, launch: Launch{Type: "FARGATE"}, want: "FARGATE"},
		"EC2, and nothing is known of a task":  {launch: Launch{Type: "EC2"}, want: "EC2"},
		"EXTERNAL, nothing is known of a task": {launch: Launch{Type: "EXTERNAL"}, want: "EXTERNAL"},
	} {
		attribute, err := c.task.CheckLaunch(c.launch)
		if attribute != c.refused || (err == nil) != (c.refused == "") {
			t.Errorf("%s: %s: %v", name, attribute, err)
		}
		if have := c.task.Resolve(c.launch); c.refused == "" && have.Type != c.want {
			t.Errorf("%s: %q", name, have.Type)
		}
	}
}

// A task that is given by its name has what a docker task has by default.
func TestCapability_ByRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given     Capability
		launch    string
		mode      string
		onFargate bool
	}{
		{Capability{}, "FARGATE", "awsvpc", true},
		{Capability{LaunchTypes: []string{"EC2"}}, "EC2", "bridge", false},
		{Capability{NetworkMode: "bridge"}, "EC2", "bridge", false},
		{Capability{LaunchTypes: []string{"EC2"}, NetworkMode: "awsvpc"}, "EC2", "awsvpc", false},
		{Capability{LaunchTypes: []string{"MANAGED_INSTANCES"}}, "MANAGED_INSTANCES", "awsvpc", false},
		{Capability{LaunchTypes: []string{"EXTERNAL"}}, "EXTERNAL", "bridge", false},
	} {
		have := c.given.ByRules()
		if len(have.LaunchTypes) != 1 || have.LaunchTypes[0] != c.launch || have.NetworkMode != c.mode || have.CanFargate() != c.onFargate {
			t.Errorf("%+v: %+v", c.given, have)
		}
	}
}

func TestCheckProviders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list []CapacityProvider
		says string
	}{
		{nil, ""},
		{[]CapacityProvider{}, ""},
		{[]CapacityProvider{{Name: "FARGATE_SPOT", Weight: 3}, {Name: "FARGATE", Base: 1, Weight: 0}}, ""},
		{[]CapacityProvider{{Name: "a", Weight: 1}, {Name: "b", Weight: 1}}, ""},
		{[]CapacityProvider{{Name: "a", Weight: 1}, {Name: "a", Weight: 1}}, "twice"},
		{[]CapacityProvider{{Name: "a", Weight: 1, Base: 1}, {Name: "b", Base: 2}}, "base"},
		{[]CapacityProvider{{Name: "a"}}, "weight greater than 0"},
		{[]CapacityProvider{{Name: "FARGATE", Weight: 1}, {Name: "a", Weight: 1}}, "not both"},
	} {
		if err := CheckProviders(c.list); (err == nil) != (c.says == "") || !strings.Contains(textOf(err), c.says) {
			t.Errorf("%+v: %s", c.list, err)
		}
	}
	checks := map[string]bool{"FARGATE_SPOT": true, "gpu-1": true, "": false, "a b": false}
	for name, good := range checks {
		if err := CheckCapacityProvider(name); (err == nil) != good {
			t.Errorf("%q: %s", name, err)
		}
	}
}

// ECS's API lists launch types that RunTask refuses.
func TestCheckRunLaunchType(t *testing.T) {
	t.Parallel()
	for launchType, says := range map[string]string{
		"FARGATE": "", "EC2": "", "EXTERNAL": "", "LAMBDA": `allowed are FARGATE, EC2, EXTERNAL, not "LAMBDA"`, "MANAGED_INSTANCES": "capacity_providers",
	} {
		if err := CheckRunLaunchType(launchType); (err == nil) != (says == "") || !strings.Contains(textOf(err), says) {
			t.Errorf("%s: %s", launchType, err)
		}
	}
}
