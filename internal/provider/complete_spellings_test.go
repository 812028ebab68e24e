package provider_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// spelling is two ways to write one attribute.
type spelling struct {
	kind, path string
	one, other any
}

// The ways to write the same that an attribute may have, by what it is: see spellingsOf.
const (
	inOrder    = "order"   // a list, and the list in another order
	leftEmpty  = "empty"   // nothing, and a collection or an object without anything in it
	writtenOut = "default" // nothing, and what is taken when nothing is said
)

// ordered are two elements of every list, by path; those of the main container stand for the
// sidecars' too.
var ordered = map[string][]any{
	"command":                              {"a", "b"},
	"entry_point":                          {"sh", "-c"},
	"environment_files":                    {"arn:aws:s3:::bucket/a.env", "arn:aws:s3:::bucket/b.env"},
	"ports":                                {values{"container_port": 80}, values{"container_port": 53, "protocol": "udp"}},
	"health_check.command":                 {"CMD", "CMD-SHELL"},
	"restart_policy.ignored_exit_codes":    {1, 2},
	"mount_points":                         {values{"source_volume": "data", "container_path": "/b"}, values{"source_volume": "more", "container_path": "/a"}},
	"volumes_from":                         {values{"source_container": "third"}, values{"source_container": "other", "read_only": true}},
	"linux_parameters.capabilities_add":    {"SYS_PTRACE", "NET_ADMIN"},
	"linux_parameters.capabilities_drop":   {"KILL", "CHOWN"},
	"linux_parameters.devices":             {values{"host_path": "/dev/b"}, values{"host_path": "/dev/a"}},
	"linux_parameters.devices.permissions": {"write", "read"},
	"linux_parameters.tmpfs":               {values{"container_path": "/b", "size_mib": 64}, values{"container_path": "/a", "size_mib": 32}},
	"linux_parameters.tmpfs.mount_options": {"rw", "noexec"},
	"docker_security_options":              {"no-new-privileges", "label:type:a"},
	"dns_servers":                          {"10.0.0.2", "10.0.0.1"},
	"dns_search_domains":                   {"b.example", "a.example"},
	"extra_hosts":                          {values{"hostname": "b", "ip_address": "10.0.0.1"}, values{"hostname": "a", "ip_address": "10.0.0.2"}},
	"links":                                {"third", "other"},
	"resource_requirements":                {values{"type": "InferenceAccelerator", "value": "device"}, values{"type": "GPU", "value": "1"}},
	"credential_specs":                     {"credentialspec:arn:aws:s3:::bucket/b.json", "credentialspec:arn:aws:s3:::bucket/a.json"},
	"placement_constraints":                {values{"expression": "attribute:b == c"}, values{"expression": "attribute:a == b"}},
	"wires.containers":                     {"third", "other"},
}

// defaults are those that the documentation has in words, and for numbers the 0 that AWS
// answers where nothing was said. All others are read out of the documentation.
var defaults = map[string]any{
	"region":                        "us-east-1",
	"architecture":                  "X86_64",
	"operating_system_family":       "LINUX",
	"wires.variables":               values{"BUCKET_NAME": "BUCKET_NAME", "BUCKET_ARN": "BUCKET_ARN"},
	"cpu":                           256,
	"memory":                        512,
	"container_cpu":                 0,
	"sidecars.cpu":                  0,
	"ports.host_port":               0,
	"launch_types":                  []any{"FARGATE"},
	"network_mode":                  "bridge",
	"container_name":                "sample",
	"assign_public_ip":              false,
	"log_group.name":                "/ecs/sample",
	"execution_role.name":           "sample-us-east-1-execution",
	"task_role.name":                "sample-us-east-1-task",
	"execution_role.restrict_trust": false,
	"task_role.restrict_trust":      true,
	"linux_parameters.devices.container_path": "/dev/fuse",
	"linux_parameters.devices.permissions":    []any{"read", "write", "mknod"},
}

// needs are other arguments of those that have no row of their own, or more elements than it.
var needs = map[string]values{
	"extra_hosts":                            onEC2,
	"resource_requirements":                  onEC2,
	"resource_requirements.sharing_strategy": onEC2,
	"linux_parameters":                       onEC2,
	"linux_parameters.devices":               onEC2,
	"linux_parameters.tmpfs":                 onEC2,
	"mount_points":                           dataVol,
	"placement_constraints":                  onEC2,
	"proxy_configuration.properties":         besides,
	"volumes_from":                           twoMore,
	"links":                                  merged(onBridge, twoMore),
	"volumes.docker":                         onEC2,
	"wires.containers":                       twoMore,
}

var twoMore = values{"sidecars": values{"other": values{"image": "envoy"}, "third": values{"image": "envoy"}}}

// another are those that mean something else written so: a plan of them has to show it.
var another = map[string]string{
	inOrder + " command":                 "the words of a command",
	inOrder + " entry_point":             "the words of a command",
	inOrder + " health_check.command":    "the words of a command",
	inOrder + " environment_files":       "of two files, the later wins",
	inOrder + " docker_security_options": "Docker is given them one after another",
	inOrder + " dns_servers":             "the first is asked first",
	inOrder + " dns_search_domains":      "the first is tried first",
	inOrder + " links":                   "Docker is given them one after another",
	inOrder + " credential_specs":        "ECS keeps their order, and does not say that it means nothing",
	writtenOut + " stop_timeout":         "on EC2 it is what the container instance's agent is set to",
	leftEmpty + " wires.variables":       "no variable is set",
	leftEmpty + " volumes.docker":        "a volume of Docker's with its defaults, and not a directory of the task's",
}

// unwritten are those that cannot be written so.
var unwritten = map[string]string{
	writtenOut + " command":           "the image's",
	writtenOut + " entry_point":       "the image's",
	writtenOut + " working_directory": "the image's",
	writtenOut + " user":              "the image's",
	writtenOut + " container_memory":  "the task's, as long as that is the only container",
	writtenOut + " sidecars.memory":   "the task's, as long as that is the only container",
	writtenOut + " resource_requirements.sharing_strategy.nvidia_mps.max_compute_percent": "no limit",
	writtenOut + " volumes.efs.transit_encryption_port":                                   "AWS chooses",
	writtenOut + " volumes.s3_files.transit_encryption_port":                              "AWS chooses",
	writtenOut + " subnet_ids":                                                            "what somebody lists is in no default VPC, for assign_public_ip: TestAccTask_quiet",
	writtenOut + " security_group_ids":                                                    "the VPC's, which only AWS knows",
	leftEmpty + " launch_types":                                                           "a task runs on something",
	leftEmpty + " subnet_ids":                                                             "no subnets are not the default ones",
	leftEmpty + " health_check.command":                                                   "without a command it is none: an error",
	leftEmpty + " wires.database":                                                         "a wire says what it goes to: an error",
	leftEmpty + " wires.graphql_api":                                                      "a wire says what it goes to: an error",
	leftEmpty + " wires.rest_api":                                                         "a wire says what it goes to: an error",
	leftEmpty + " health_check":                                                           "without a command it is none: an error",
	leftEmpty + " resource_requirements.sharing_strategy":                                 "a strategy is one of those that there are: an error",
}

var documentedDefault = regexp.MustCompile("Default: (?:`([^`]+)`|([0-9]+|true|false))[.,;]")

// lookup finds what a table says of an attribute; a sidecar's is the main container's.
func lookup[V any](table map[string]V, path string) (V, string, bool) {
	for _, key := range []string{path, strings.Replace(path, "sidecars.", "", 1)} {
		if v, ok := table[key]; ok {
			return v, key, true
		}
	}
	var none V
	return none, "", false
}

// spellingsOf are all ways to write an attribute otherwise.
func spellingsOf(t *testing.T, path string, a *tfprotov6.SchemaAttribute) []spelling {
	t.Helper()
	var out []spelling
	_, list := a.Type.(tftypes.List)
	_, set := a.Type.(tftypes.Set)
	_, mapping := a.Type.(tftypes.Map)
	single := false
	if n := a.NestedType; n != nil {
		list, mapping = n.Nesting == tfprotov6.SchemaObjectNestingModeList, n.Nesting == tfprotov6.SchemaObjectNestingModeMap
		single = n.Nesting == tfprotov6.SchemaObjectNestingModeSingle &&
			!slices.ContainsFunc(n.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Required })
	}
	if list {
		elements, _, ok := lookup(ordered, path)
		if !ok {
			t.Errorf("%s is a list without elements to put in another order", path)
		}
		turned := slices.Clone(elements)
		slices.Reverse(turned)
		out = append(out, spelling{inOrder, path, elements, turned})
	}
	if !a.Optional {
		return out
	}
	switch {
	case list || set:
		out = append(out, spelling{leftEmpty, path, nil, []any{}})
	case mapping || single:
		out = append(out, spelling{leftEmpty, path, nil, values{}})
	}
	value, _, given := lookup(defaults, path)
	if m := documentedDefault.FindStringSubmatch(a.Description); !given && m != nil {
		value, given = m[1], true
		if m[2] != "" {
			var err error
			if value, err = strconv.Atoi(m[2]); err != nil {
				value = m[2] == "true"
			}
		}
	}
	_, _, isUnwritten := lookup(unwritten, writtenOut+" "+path)
	switch {
	case given || isUnwritten:
		out = append(out, spelling{writtenOut, path, nil, value})
	case strings.Contains(a.Description, "Default: "):
		t.Errorf("%s has a default that no test writes out: %s", path, a.Description)
	case a.Type != nil && a.Type.Is(tftypes.Bool):
		out = append(out, spelling{writtenOut, path, nil, false})
	}
	return out
}

// TestAccTask_spellings: every attribute that can be written in two ways that mean the same is
// quiet in both, and going from one to the other asks AWS for nothing; what means something
// else is seen. Which ways there are follows from the schema and its documentation, so that an
// attribute without them, or without a reason, fails.
func TestAccTask_spellings(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "hundreds of settings, of images and file systems that do not exist")
	server, err := factories["docker"]()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	units := map[string][]spelling{} // those that are tried together
	with := map[string]values{}
	all := rows()
	var walk func(prefix string, attributes []*tfprotov6.SchemaAttribute)
	walk = func(prefix string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			if !a.Required && !a.Optional {
				continue
			}
			path := prefix + a.Name
			for _, s := range spellingsOf(t, path, a) {
				if _, key, ok := lookup(unwritten, s.kind+" "+path); ok {
					seen[key] = true
					continue
				}
				more, _, _ := lookup(needs, path)
				together := merged(all[path].with, more)
				// What holds another of them is tried alone, and so is each kind of volume.
				name := fmt.Sprint(s.kind, " ", together)
				if s.kind != writtenOut {
					name += fmt.Sprint(" ", strings.Count(path, "."))
				}
				if root, rest, _ := strings.Cut(path, "."); root == "volumes" {
					kind, _, _ := strings.Cut(rest, ".")
					name += " " + kind
				}
				if _, key, ok := lookup(another, s.kind+" "+path); ok {
					seen[key] = true
					name += " another"
				}
				units[name], with[name] = append(units[name], s), together
			}
			// What a wire goes to is described by attributes of another resource's.
			if a.NestedType != nil && prefix != "wires." {
				walk(path+".", a.NestedType.Attributes)
			}
		}
	}
	walk("", schemasOf(t.Context(), t, server).ResourceSchemas["docker_task"].Block.Attributes)
	for _, key := range slices.Concat(slices.Collect(maps.Keys(another)), slices.Collect(maps.Keys(unwritten))) {
		if !seen[key] {
			t.Errorf("there is no %s", key)
		}
	}
	for _, name := range inShort(9, slices.Sorted(maps.Keys(units))) {
		spellings := units[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newUnit(t)
			proxy := acctest.NewProxy(t)
			c := newProtocolClient(t, "docker_task", nil)
			one, other := merged(values{"name": "sample", "image": "busybox"}, with[name]), merged(values{"name": "sample", "image": "busybox"}, with[name])
			var paths []string
			for _, s := range spellings {
				c.put(one, s.path, s.one)
				c.put(other, s.path, s.other)
				paths = append(paths, s.path)
			}
			if _, _, ok := lookup(another, spellings[0].kind+" "+spellings[0].path); ok {
				c.another(t, one, spellings)
			} else {
				c.spelled(t, proxy, fmt.Sprint(spellings[0].kind, " of ", paths), one, other)
			}
		})
	}
}

// spelled creates a task in the other spelling, applies the plain one and then the other one again.
func (c protocolClient) spelled(t *testing.T, proxy *acctest.Proxy, what string, plainly, otherwise values) {
	t.Helper()
	state := c.nothing()
	for _, step := range []struct {
		is        string
		arguments values
	}{{"at first", otherwise}, {"taken back", plainly}, {"written later", otherwise}} {
		if err := c.validate(step.arguments); err != nil {
			t.Fatalf("%s, %s: %v", what, step.is, err)
		}
		to, differs, err := c.plan(state, step.arguments)
		if err != nil {
			t.Fatalf("%s, %s: %v", what, step.is, err)
		}
		made := state.exists()
		if made && slices.Contains(changedAttributes(t, state.value, to.value), "arn") {
			diffs, _ := state.value.Diff(to.value)
			t.Errorf("%s, %s: the plan registers a revision: %.1500s", what, step.is, fmt.Sprint(diffs))
		}
		if proxy.Reset(); differs {
			if state, err = c.change(state, to, c.config(step.arguments)); err != nil {
				t.Fatalf("%s, %s: %v", what, step.is, err)
			}
		}
		if calls := proxy.Calls(acctest.Call.Mutating); made && len(calls) > 0 {
			t.Errorf("%s, %s: AWS is asked for changes: %v", what, step.is, acctest.CountByOperation(calls))
		}
		c.quiet(t, what+", "+step.is, state, step.arguments)
	}
	if _, err := c.destroy(state); err != nil {
		t.Fatal(err)
	}
}

// another creates a task, and plans each of the attributes with another meaning: a new revision.
func (c protocolClient) another(t *testing.T, once values, spellings []spelling) {
	t.Helper()
	state, err := c.apply(c.nothing(), once)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range spellings {
		otherwise := must[values](copied(once))
		c.put(otherwise, s.path, s.other)
		if err := c.validate(otherwise); err != nil {
			t.Errorf("%s of %s: %v", s.kind, s.path, err)
		}
		to, _, err := c.plan(state, otherwise)
		if err != nil {
			t.Fatalf("%s of %s: %v", s.kind, s.path, err)
		}
		if !slices.Contains(changedAttributes(t, state.value, to.value), "arn") {
			t.Errorf("%s of %s: written otherwise, it is said to mean something else, and the plan registers nothing", s.kind, s.path)
		}
	}
	if _, err := c.destroy(state); err != nil {
		t.Fatal(err)
	}
}
