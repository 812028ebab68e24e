package task

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/golden"
)

func ptr[T any](v T) *T { return &v }

// sameToECS fails unless two definitions are one in every way in which they are compared.
func sameToECS(t interface {
	Helper()
	Errorf(string, ...any)
}, a, b Definition) {
	t.Helper()
	if diff := cmp.Diff(string(a.Canonical().JSON()), string(b.Canonical().JSON())); diff != "" {
		t.Errorf("canonical forms differ:\n%s", diff)
	}
	if a.Digest() != b.Digest() {
		t.Errorf("digests differ")
	}
	if d := Differences(a, b); d != nil {
		t.Errorf("differences: %q", d)
	}
}

// What a spec makes and what DescribeTaskDefinition then answers, with all that ECS adds.
func TestDigest_describedIsWhatWasRegistered(t *testing.T) {
	spec := Spec{
		Name:  "transcode",
		Place: arn.Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"},
		Main: ContainerSpec{
			Container: Container{
				Image:        "123456789012.dkr.ecr.us-east-1.amazonaws.com/transcode:1.37",
				Command:      []string{"transcode", "--all"},
				Environment:  []KeyValue{{"EMPTY", ""}, {"LEVEL", "info"}, {"MODE", "batch"}},
				PortMappings: []PortMapping{{ContainerPort: 8080, Name: "http"}, {ContainerPort: 9090, Protocol: "udp"}},
			},
			SecretRefs: map[string]string{
				"PASSWORD": "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-Ab12Cd:password",
				"TOKEN":    "/transcode/token",
			},
		},
	}.WithDefaults()
	registered, err := spec.Definition()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("testdata", "described.json"))
	if err != nil {
		t.Fatal(err)
	}
	var described Definition
	if err := json.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	sameToECS(t, registered, described)
}

// The classic perpetual diffs: each pair means the same to ECS.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
func TestCanonical_sameToECS(t *testing.T) {
	type edit func(*Definition)
	main := func(f func(*Container)) edit { return func(d *Definition) { f(&d.ContainerDefinitions[0]) } }
	ports := func(mode string, p ...PortMapping) edit {
		return func(d *Definition) {
			d.NetworkMode = mode
			d.ContainerDefinitions[0].PortMappings = p
		}
	}
	volume := func(v Volume) edit { return func(d *Definition) { d.Volumes = []Volume{v} } }
	nothing := func(*Definition) {}
	mode := func(m string) edit { return func(d *Definition) { d.NetworkMode = m } }
	onWindows := func(f edit) edit {
		return func(d *Definition) {
			d.RuntimePlatform = &RuntimePlatform{CPUArchitecture: "X86_64", OperatingSystemFamily: "WINDOWS_SERVER_2022_CORE"}
			f(d)
		}
	}
	on := func(f edit, launchTypes ...string) edit {
		return func(d *Definition) {
			d.RequiresCompatibilities, d.NetworkMode = launchTypes, ""
			f(d)
		}
	}
	for name, pair := range map[string][2]edit{
		"placement constraints in another order": {
			func(d *Definition) {
				d.PlacementConstraints = []PlacementConstraint{{"memberOf", "b"}, {"memberOf", "a"}}
			},
			func(d *Definition) {
				d.PlacementConstraints = []PlacementConstraint{{"memberOf", "a"}, {"memberOf", "b"}}
			},
		},
		"essential is true": {nothing, main(func(c *Container) { c.Essential = ptr(true) })},
		"empty lists and maps": {nothing, func(d *Definition) {
			d.Volumes, d.PlacementConstraints, d.InferenceAccelerators = []Volume{}, []PlacementConstraint{}, []InferenceAccelerator{}
			c := &d.ContainerDefinitions[0]
			c.Command, c.EntryPoint, c.Links, c.DNSServers, c.DNSSearchDomains = []string{}, []string{}, []string{}, []string{}, []string{}
			c.DockerSecurityOptions, c.CredentialSpecs, c.DockerLabels = []string{}, []string{}, map[string]string{}
			c.Environment, c.EnvironmentFiles, c.Secrets, c.PortMappings = []KeyValue{}, []EnvironmentFile{}, []ContainerSecret{}, []PortMapping{}
			c.MountPoints, c.VolumesFrom, c.Ulimits, c.SystemControls = []MountPoint{}, []VolumeFrom{}, []Ulimit{}, []SystemControl{}
			c.ExtraHosts, c.ResourceRequirements, c.DependsOn = []HostEntry{}, []ResourceRequirement{}, []Dependency{}
		}},
		"order of environment": {
			main(func(c *Container) { c.Environment = []KeyValue{{"B", "2"}, {"A", "1"}} }),
			main(func(c *Container) { c.Environment = []KeyValue{{"A", "1"}, {"B", "2"}} }),
		},
		"nothing in the Linux parameters": {nothing, main(func(c *Container) {
			c.LinuxParameters = &LinuxParameters{Capabilities: &Capabilities{Add: []string{}}, Devices: []Device{}, Tmpfs: []Tmpfs{}}
		})},
		"a device's defaults": {
			main(func(c *Container) {
				c.LinuxParameters = &LinuxParameters{Devices: []Device{{HostPath: "/dev/b"}, {HostPath: "/dev/a"}}}
			}),
			main(func(c *Container) {
				c.LinuxParameters = &LinuxParameters{Devices: []Device{
					{HostPath: "/dev/a", ContainerPath: "/dev/a"}, {HostPath: "/dev/b", Permissions: []string{"read", "mknod", "write"}},
				}}
			}),
		},
		"order of secrets": {
			main(func(c *Container) { c.Secrets = []ContainerSecret{{"B", "2"}, {"A", "1"}} }),
			main(func(c *Container) { c.Secrets = []ContainerSecret{{"A", "1"}, {"B", "2"}} }),
		},
		"order of containers": {
			func(d *Definition) {
				d.ContainerDefinitions = []Container{{Name: "b", Image: "2"}, {Name: "a", Image: "1"}}
			},
			func(d *Definition) {
				d.ContainerDefinitions = []Container{{Name: "a", Image: "1"}, {Name: "b", Image: "2"}}
			},
		},
		"host port under awsvpc":   {ports(AWSVPC, PortMapping{ContainerPort: 80}), ports(AWSVPC, PortMapping{ContainerPort: 80, HostPort: 80})},
		"host port under host":     {ports("host", PortMapping{ContainerPort: 80}), ports("host", PortMapping{ContainerPort: 80, HostPort: 80})},
		"network mode of Fargate":  {ports("", PortMapping{ContainerPort: 80}), ports(AWSVPC, PortMapping{ContainerPort: 80, HostPort: 80})},
		"protocol tcp":             {ports(AWSVPC, PortMapping{ContainerPort: 80}), ports(AWSVPC, PortMapping{ContainerPort: 80, Protocol: "tcp"})},
		"order of ports":           {ports(AWSVPC, PortMapping{ContainerPort: 80}, PortMapping{ContainerPort: 9}), ports(AWSVPC, PortMapping{ContainerPort: 9}, PortMapping{ContainerPort: 80})},
		"one port, two protocols":  {ports(AWSVPC, PortMapping{ContainerPort: 53, Protocol: "udp"}, PortMapping{ContainerPort: 53}), ports(AWSVPC, PortMapping{ContainerPort: 53, Protocol: "tcp"}, PortMapping{ContainerPort: 53, Protocol: "udp"})},
		"order of ports by number": {ports(AWSVPC, PortMapping{ContainerPort: 9000}, PortMapping{ContainerPort: 80}), ports(AWSVPC, PortMapping{ContainerPort: 80}, PortMapping{ContainerPort: 9000})},
		"health check": {
			main(func(c *Container) { c.HealthCheck = &HealthCheck{Command: []string{"CMD", "true"}} }),
			main(func(c *Container) {
				c.HealthCheck = &HealthCheck{Command: []string{"CMD", "true"}, Interval: 30, Timeout: 5, Retries: 3, StartPeriod: 0}
			}),
		},
		"restart policy": {
			main(func(c *Container) { c.RestartPolicy = &RestartPolicy{Enabled: true, IgnoredExitCodes: []int64{2, 1}} }),
			main(func(c *Container) {
				c.RestartPolicy = &RestartPolicy{Enabled: true, IgnoredExitCodes: []int64{1, 2}, RestartAttemptPeriod: 300}
			}),
		},
		"platform of Fargate": {
			func(d *Definition) { d.RuntimePlatform = nil },
			func(d *Definition) {
				d.RuntimePlatform = &RuntimePlatform{CPUArchitecture: "X86_64", OperatingSystemFamily: "LINUX"}
			},
		},
		"half a platform": {
			func(d *Definition) { d.RuntimePlatform = &RuntimePlatform{CPUArchitecture: "ARM64"} },
			func(d *Definition) {
				d.RuntimePlatform = &RuntimePlatform{CPUArchitecture: "ARM64", OperatingSystemFamily: "LINUX"}
			},
		},
		"sizes as text": {
			func(d *Definition) { d.CPU, d.Memory = "1 vCPU", "2GB" },
			func(d *Definition) { d.CPU, d.Memory = "1024", "2048" },
		},
		"sizes with a point": {
			func(d *Definition) { d.CPU, d.Memory = ".25 vcpu", "0.5 GB" },
			func(d *Definition) { d.CPU, d.Memory = "256", "512" },
		},
		"order of launch types": {
			func(d *Definition) { d.RequiresCompatibilities = []string{"FARGATE", "EC2"} },
			func(d *Definition) { d.RequiresCompatibilities = []string{"EC2", "FARGATE"} },
		},
		"network mode of EC2":               {on(nothing, "EC2"), on(mode("bridge"), "EC2")},
		"network mode of EXTERNAL":          {on(nothing, "EXTERNAL"), on(mode("bridge"), "EXTERNAL")},
		"network mode of managed instances": {on(nothing, "MANAGED_INSTANCES"), on(mode(AWSVPC), "MANAGED_INSTANCES")},
		"network mode of no launch type":    {on(nothing), on(mode("bridge"))},
		"network mode of EC2 and Fargate":   {on(nothing, "EC2", Fargate), on(mode(AWSVPC), "EC2", Fargate)},
		"network mode of Windows": {
			on(onWindows(nothing), "EC2"), on(onWindows(mode("bridge")), "EC2"),
		},
		"network mode of Windows by its name in the console": {
			on(onWindows(nothing), "EC2"), on(onWindows(mode("default")), "EC2"),
		},
		"half a platform on EC2": {
			on(func(d *Definition) { d.RuntimePlatform = &RuntimePlatform{CPUArchitecture: "ARM64"} }, "EC2"),
			on(func(d *Definition) {
				d.RuntimePlatform = &RuntimePlatform{CPUArchitecture: "ARM64", OperatingSystemFamily: "LINUX"}
			}, "EC2"),
		},
		"the other half on managed instances": {
			on(func(d *Definition) { d.RuntimePlatform = &RuntimePlatform{OperatingSystemFamily: "LINUX"} }, "MANAGED_INSTANCES"),
			on(func(d *Definition) {
				d.RuntimePlatform = &RuntimePlatform{CPUArchitecture: "X86_64", OperatingSystemFamily: "LINUX"}
			}, "MANAGED_INSTANCES"),
		},
		"an empty platform on EC2": {on(nothing, "EC2"), on(func(d *Definition) { d.RuntimePlatform = &RuntimePlatform{} }, "EC2")},
		"the usual storage":        {nothing, func(d *Definition) { d.EphemeralStorage = &EphemeralStorage{20} }},
		"the usual isolation":      {nothing, func(d *Definition) { d.TrustedExecution = &TrustedExecution{IsolationMode: "SHARED"} }},
		"storage that is not set":  {nothing, func(d *Definition) { d.EphemeralStorage = &EphemeralStorage{} }},
		"version consistency":      {nothing, main(func(c *Container) { c.VersionConsistency = "enabled" })},
		"host of a bind mount":     {volume(Volume{Name: "v"}), volume(Volume{Name: "v", Host: &HostVolume{}})},
		"EFS": {
			volume(Volume{Name: "v", EFS: &EFSVolume{FileSystemID: "fs-1"}}),
			volume(Volume{Name: "v", EFS: &EFSVolume{
				FileSystemID: "fs-1", RootDirectory: "/", TransitEncryption: "DISABLED", AuthorizationConfig: &EFSAuthorization{IAM: "DISABLED"},
			}}),
		},
		"capabilities": {
			main(func(c *Container) { c.LinuxParameters = &LinuxParameters{InitProcessEnabled: true} }),
			main(func(c *Container) {
				c.LinuxParameters = &LinuxParameters{InitProcessEnabled: true, Capabilities: &Capabilities{Add: []string{}}, Devices: []Device{}, Tmpfs: []Tmpfs{}}
			}),
		},
		"options of the log": {
			main(func(c *Container) { c.LogConfiguration = &LogConfiguration{LogDriver: "awslogs"} }),
			main(func(c *Container) {
				c.LogConfiguration = &LogConfiguration{LogDriver: "awslogs", Options: map[string]string{}, SecretOptions: []ContainerSecret{}}
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			var made [2]Definition
			for i, edit := range pair {
				made[i] = Definition{
					Family: "f", RequiresCompatibilities: []string{Fargate}, NetworkMode: AWSVPC,
					ContainerDefinitions: []Container{{Name: "main", Image: "busybox"}},
				}
				edit(&made[i])
			}
			sameToECS(t, made[0], made[1])
		})
	}
}

// Where a default is not one: each pair is different to ECS.
func TestCanonical_differentToECS(t *testing.T) {
	onEC2 := func(d Definition) Definition {
		d.RequiresCompatibilities = []string{"EC2"}
		return d
	}
	port := func(mode string, host int64) Definition {
		return Definition{NetworkMode: mode, ContainerDefinitions: []Container{{Name: "c", PortMappings: []PortMapping{{ContainerPort: 80, HostPort: host}}}}}
	}
	for name, pair := range map[string][2]Definition{
		"under bridge, a host port of 0 is any":              {port("bridge", 0), port("bridge", 80)},
		"without a mode, a host port is not the container's": {onEC2(port("", 0)), onEC2(port("", 80))},
		"another host port":                                  {port("host", 0), port("host", 8080)},
		"on EC2, no platform is whatever the instance is": {
			onEC2(Definition{}), onEC2(Definition{RuntimePlatform: &RuntimePlatform{CPUArchitecture: "X86_64", OperatingSystemFamily: "LINUX"}}),
		},
		"on EC2, a network of the task's own is not the default": {onEC2(Definition{}), onEC2(Definition{NetworkMode: AWSVPC})},
		"swap of 0 and swap not set": {
			{ContainerDefinitions: []Container{{LinuxParameters: &LinuxParameters{MaxSwap: ptr(int64(0))}}}},
			{ContainerDefinitions: []Container{{LinuxParameters: &LinuxParameters{}}}},
		},
		"an empty variable and none": {
			{ContainerDefinitions: []Container{{Environment: []KeyValue{{"A", ""}}}}},
			{ContainerDefinitions: []Container{{}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if pair[0].Digest() == pair[1].Digest() {
				t.Error("the digests are the same")
			}
			if Differences(pair[0], pair[1]) == nil {
				t.Error("no differences")
			}
		})
	}
}

// unordered shuffles each list in which ECS does not keep an order.
func unordered(t *rapid.T, d *Definition) {
	shuffle(t, d.RequiresCompatibilities)
	shuffle(t, d.Volumes)
	shuffle(t, d.ProxyConfiguration.Properties)
	shuffle(t, d.ContainerDefinitions)
	for i := range d.ContainerDefinitions {
		c := &d.ContainerDefinitions[i]
		shuffle(t, c.Environment)
		shuffle(t, c.Secrets)
		shuffle(t, c.PortMappings)
		shuffle(t, c.LogConfiguration.SecretOptions)
		shuffle(t, c.DependsOn)
		shuffle(t, c.RestartPolicy.IgnoredExitCodes)
		shuffle(t, c.MountPoints)
		shuffle(t, c.VolumesFrom)
		shuffle(t, c.Ulimits)
		shuffle(t, c.SystemControls)
		shuffle(t, c.ExtraHosts)
		shuffle(t, c.ResourceRequirements)
		l := c.LinuxParameters
		shuffle(t, l.Capabilities.Add)
		shuffle(t, l.Capabilities.Drop)
		shuffle(t, l.Tmpfs)
		shuffle(t, l.Devices)
		for j := range l.Devices {
			shuffle(t, l.Devices[j].Permissions)
			shuffle(t, l.Tmpfs[j].MountOptions)
		}
	}
}

func shuffle[T any](t *rapid.T, list []T) {
	copy(list, rapid.Permutation(list).Draw(t, "order"))
}

func TestDigest_isStableUnderOrder(t *testing.T) {
	want := fullDefinition()
	// Two accelerators are one type.
	for i := range want.ContainerDefinitions {
		for j := range want.ContainerDefinitions[i].ResourceRequirements {
			want.ContainerDefinitions[i].ResourceRequirements[j].Type = "InferenceAccelerator"
		}
	}
	text := want.JSON()
	rapid.Check(t, func(t *rapid.T) {
		var got Definition
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		unordered(t, &got)
		sameToECS(t, want, got)
	})
}

// The lists whose order ECS keeps, and containers or the kernel heed.
func TestDigest_seesOrder(t *testing.T) {
	for name, turn := range map[string]func(*Definition){
		"command":               func(d *Definition) { slices.Reverse(d.ContainerDefinitions[0].Command) },
		"entryPoint":            func(d *Definition) { slices.Reverse(d.ContainerDefinitions[0].EntryPoint) },
		"environmentFiles":      func(d *Definition) { slices.Reverse(d.ContainerDefinitions[0].EnvironmentFiles) },
		"healthCheck":           func(d *Definition) { slices.Reverse(d.ContainerDefinitions[0].HealthCheck.Command) },
		"dnsServers":            func(d *Definition) { slices.Reverse(d.ContainerDefinitions[0].DNSServers) },
		"dnsSearchDomains":      func(d *Definition) { slices.Reverse(d.ContainerDefinitions[0].DNSSearchDomains) },
		"links":                 func(d *Definition) { slices.Reverse(d.ContainerDefinitions[0].Links) },
		"dockerSecurityOptions": func(d *Definition) { slices.Reverse(d.ContainerDefinitions[0].DockerSecurityOptions) },
	} {
		a, b := fullDefinition(), fullDefinition()
		turn(&b)
		if a.Digest() == b.Digest() {
			t.Errorf("the order of %s does not show", name)
		}
		if got, want := Differences(a, b), []string{"containerDefinitions[web]." + name}; !slices.Equal(got, want) {
			t.Errorf("differences are %q, want %q", got, want)
		}
	}
}

// Every small change of every field is found and named. The value is not part of the name.
func TestDigest_seesEveryChange(t *testing.T) {
	before := fullDefinition()
	digest := before.Digest()
	top := map[string]bool{}
	for i := range reflect.TypeFor[Definition]().NumField() {
		name, _, _ := strings.Cut(reflect.TypeFor[Definition]().Field(i).Tag.Get("json"), ",")
		top[name] = true
	}
	number := len(changes(reflect.ValueOf(&before).Elem(), ""))
	if number < 150 {
		t.Fatalf("only %d changes were thought of", number)
	}
	for i := range number {
		after := fullDefinition()
		c := changes(reflect.ValueOf(&after).Elem(), "")[i]
		c.do()
		if after.Digest() == digest {
			t.Errorf("%s: the digest is the same", c.path)
		}
		names := Differences(before, after)
		if len(names) == 0 {
			t.Errorf("%s: no differences", c.path)
		}
		if !slices.IsSorted(names) || !slices.Equal(names, Differences(after, before)) {
			t.Errorf("%s: differences %q are not sorted, or others the other way round", c.path, names)
		}
		for _, name := range names {
			field, _, _ := strings.Cut(strings.ReplaceAll(name, "[", "."), ".")
			if !top[field] || strings.Contains(name, marker) {
				t.Errorf("%s: difference %q", c.path, name)
			}
		}
	}
	if before.Digest() != digest {
		t.Error("comparing changed what was compared")
	}
}

func TestDifferences(t *testing.T) {
	base := func() Definition {
		return Definition{
			Family: "f", CPU: "256", Memory: "512",
			ContainerDefinitions: []Container{{Name: "web", Image: "a"}, {Name: "log", Image: "b"}},
		}
	}
	for name, test := range map[string]struct {
		edit func(*Definition)
		want []string
	}{
		"nothing":            {func(*Definition) {}, nil},
		"one field":          {func(d *Definition) { d.CPU = "512" }, []string{"cpu"}},
		"a field that goes":  {func(d *Definition) { d.CPU = "" }, []string{"cpu"}},
		"of a container":     {func(d *Definition) { d.ContainerDefinitions[0].Image = "c" }, []string{"containerDefinitions[web].image"}},
		"a container more":   {func(d *Definition) { d.ContainerDefinitions = append(d.ContainerDefinitions, Container{Name: "x"}) }, []string{"containerDefinitions[x]"}},
		"a container less":   {func(d *Definition) { d.ContainerDefinitions = d.ContainerDefinitions[:1] }, []string{"containerDefinitions[log]"}},
		"a container's name": {func(d *Definition) { d.ContainerDefinitions[0].Name = "www" }, []string{"containerDefinitions[web]", "containerDefinitions[www]"}},
		"several, sorted": {func(d *Definition) {
			d.Volumes, d.Memory = []Volume{{Name: "v"}}, "1024"
			d.ContainerDefinitions[0].User, d.ContainerDefinitions[0].Essential = "root", ptr(false)
		}, []string{"containerDefinitions[web].essential", "containerDefinitions[web].user", "memory", "volumes"}},
	} {
		t.Run(name, func(t *testing.T) {
			changed := base()
			test.edit(&changed)
			if diff := cmp.Diff(test.want, Differences(base(), changed)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// anyDefinition makes definitions of values that mean something to [Definition.Canonical],
// combined as no person would.
func anyDefinition() *rapid.Generator[Definition] {
	values := rapid.MakeConfig{Kinds: map[reflect.Kind]*rapid.Generator[any]{
		reflect.String: rapid.SampledFrom([]string{
			"", "a", "b", "/", "tcp", "udp", "enabled", "DISABLED", "ENABLED", "1 vCPU", "0.5GB", "X86_64", "LINUX", Fargate, AWSVPC, "host", "bridge",
		}).AsAny(),
		reflect.Int64: rapid.SampledFrom([]int64{0, 1, 3, 5, 30, 80, 300, -1}).AsAny(),
	}}
	whole := values
	whole.Types = map[reflect.Type]*rapid.Generator[any]{
		reflect.TypeFor[[]Container](): rapid.SliceOfN(rapid.MakeCustom[Container](values), 0, 2).AsAny(),
	}
	return rapid.MakeCustom[Definition](whole)
}

// Whatever is registered by whomever: canonical is canonical, and looking changes nothing.
func TestCanonical_properties(t *testing.T) {
	definitions := anyDefinition()
	rapid.Check(t, func(t *rapid.T) {
		d := definitions.Draw(t, "definition")
		before := string(d.JSON())
		once := d.Canonical()
		if !reflect.DeepEqual(once, once.Canonical()) {
			t.Fatalf("canonical once and twice:\n%s", cmp.Diff(once, once.Canonical()))
		}
		if once.Digest() != d.Digest() {
			t.Fatal("the digest of the canonical form is another")
		}
		if names := Differences(d, once); names != nil {
			t.Fatalf("differs from its canonical form in %q", names)
		}
		if after := string(d.JSON()); after != before {
			t.Fatalf("the definition changed:\n%s", cmp.Diff(before, after))
		}
	})
}

// A digest stands in private state: it may not move without a new [DigestFormat].
func TestDigest_format(t *testing.T) {
	golden.JSON(t, "canonical", string(fullDefinition().Canonical().JSON()))
	const want = "be84df0f44cff3f22a5fa52daca4644b1776b0989adceafe71aaeb513c17ae73"
	if got := fullDefinition().Digest(); DigestFormat != 2 || got != want {
		t.Errorf("digest %s of format %d; when this changes after a release, DigestFormat grows", got, DigestFormat)
	}
}

func FuzzCanonicalSizes(f *testing.F) {
	for _, seed := range []string{"", "256", "1 vCPU", ".25vcpus", "0.5 GB", "1e9 GB", "99999999999999999999 GB", "-1 GB", " 1 gb "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := Definition{CPU: text, Memory: text}.Canonical()
		if again := d.Canonical(); again.CPU != d.CPU || again.Memory != d.Memory {
			t.Errorf("%q: %q and %q, then %q and %q", text, d.CPU, d.Memory, again.CPU, again.Memory)
		}
	})
}
