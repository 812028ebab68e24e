package task

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// DigestFormat is the version of the canonical form. It grows whenever the same definition
// would get another digest, so that digests of two releases are never compared.
const DigestFormat = 2

// Digest is a hash of the canonical form: two definitions have the same exactly when they
// mean the same to ECS.
func (d Definition) Digest() string {
	sum := sha256.Sum256(d.Canonical().JSON())
	return hex.EncodeToString(sum[:])
}

// JSON is the definition as RegisterTaskDefinition takes it.
func (d Definition) JSON() []byte {
	text, err := json.Marshal(d)
	if err != nil {
		// Strings, numbers, lists and maps of them cannot fail to encode.
		panic(fmt.Sprintf("encoding a task definition: %s", err))
	}
	return text
}

// Canonical is the form in which a definition is compared. ECS fills in defaults, keeps
// some lists in an order of its own and stores sizes as integers; all that is undone or done
// here. What ECS leaves as it is, stays as it is.
//
// Sources: the defaults of the API reference, and issues 11526, 17988, 35856, 39533 of the
// aws provider, which tell what else AWS changes.
func (d Definition) Canonical() Definition {
	d.CPU = canonicalCPU(d.CPU)
	d.Memory = canonicalMemory(d.Memory)
	d.RequiresCompatibilities = sortedCopy(d.RequiresCompatibilities)
	var p RuntimePlatform
	if d.RuntimePlatform != nil {
		p, d.RuntimePlatform = *d.RuntimePlatform, nil
	}
	p.CPUArchitecture, p.OperatingSystemFamily = withPlatform(p.CPUArchitecture, p.OperatingSystemFamily, d.RequiresCompatibilities)
	if p != (RuntimePlatform{}) {
		d.RuntimePlatform = &p
	}
	d.NetworkMode = withNetworkMode(d.NetworkMode, p.OperatingSystemFamily, d.RequiresCompatibilities)
	if e := d.EphemeralStorage; e != nil && (e.SizeInGiB == 0 || e.SizeInGiB == DefaultEphemeralStorage) {
		d.EphemeralStorage = nil
	}
	if p := d.ProxyConfiguration; p != nil {
		c := *p
		c.Type = cmp.Or(c.Type, "APPMESH") // the only one there is
		c.Properties = sortedBy(c.Properties, func(v KeyValue) string { return v.Name })
		d.ProxyConfiguration = &c
	}
	if d.TrustedExecution.Empty() {
		d.TrustedExecution = nil
	}
	d.PlacementConstraints = sortedBy(d.PlacementConstraints, placementKey) // an instance has to fit all
	for i, p := range d.PlacementConstraints {
		d.PlacementConstraints[i].Type = cmp.Or(p.Type, "memberOf") // the only one there is
	}
	d.InferenceAccelerators = notEmpty(d.InferenceAccelerators)
	d.Volumes = sortedBy(d.Volumes, func(v Volume) string { return v.Name })
	for i := range d.Volumes {
		d.Volumes[i] = d.Volumes[i].canonical()
	}
	d.ContainerDefinitions = sortedBy(d.ContainerDefinitions, func(c Container) string { return c.Name })
	for i := range d.ContainerDefinitions {
		d.ContainerDefinitions[i] = d.ContainerDefinitions[i].canonical(d.NetworkMode)
	}
	return d
}

// CanonicalInOrder is the canonical form with lists in the order in which they were
// registered: to be shown, not to be compared.
func (d Definition) CanonicalInOrder() Definition {
	registered := containers(d)
	out := d.Canonical()
	out.PlacementConstraints = inOrder(out.PlacementConstraints, d.PlacementConstraints, placementKey)
	for i, c := range out.ContainerDefinitions {
		r := registered[c.Name]
		c.PortMappings = inOrder(c.PortMappings, r.PortMappings, func(p PortMapping) string {
			return fmt.Sprint(p.ContainerPort, p.ContainerPortRange, cmp.Or(p.Protocol, "tcp"))
		})
		c.MountPoints = inOrder(c.MountPoints, r.MountPoints, func(m MountPoint) string { return m.ContainerPath + " " + m.SourceVolume })
		c.VolumesFrom = inOrder(c.VolumesFrom, r.VolumesFrom, func(v VolumeFrom) string { return v.SourceContainer })
		c.ExtraHosts = inOrder(c.ExtraHosts, r.ExtraHosts, func(h HostEntry) string { return h.Hostname + " " + h.IPAddress })
		c.ResourceRequirements = inOrder(c.ResourceRequirements, r.ResourceRequirements, requirementKey)
		out.ContainerDefinitions[i] = c
	}
	return out
}

// inOrder has a list in the order of another with the same elements.
func inOrder[T any](list, as []T, key func(T) string) []T {
	at := map[string]int{}
	for i, v := range as {
		at[key(v)] = i
	}
	slices.SortStableFunc(list, func(a, b T) int { return at[key(a)] - at[key(b)] })
	return list
}

func (c Container) canonical(networkMode string) Container {
	yes := true
	if c.Essential == nil {
		c.Essential = &yes
	}
	c.Command, c.EntryPoint = notEmpty(c.Command), notEmpty(c.EntryPoint)
	c.Environment = sortedBy(c.Environment, func(v KeyValue) string { return v.Name })
	c.EnvironmentFiles = notEmpty(c.EnvironmentFiles)
	c.Secrets = sortedBy(c.Secrets, secretKey)
	c.PortMappings = canonicalPorts(c.PortMappings, networkMode)
	if l := c.LogConfiguration; l != nil {
		n := *l
		n.SecretOptions = sortedBy(n.SecretOptions, secretKey)
		c.LogConfiguration = &n
	}
	if h := c.HealthCheck; h != nil {
		n := *h
		n.Interval, n.Timeout, n.Retries = cmp.Or(n.Interval, 30), cmp.Or(n.Timeout, 5), cmp.Or(n.Retries, 3)
		c.HealthCheck = &n
	}
	c.DependsOn = sortedBy(c.DependsOn, func(v Dependency) string { return v.ContainerName + v.Condition })
	if r := c.RestartPolicy; r != nil {
		n := *r
		n.IgnoredExitCodes = notEmpty(slices.Sorted(slices.Values(n.IgnoredExitCodes)))
		n.RestartAttemptPeriod = cmp.Or(n.RestartAttemptPeriod, 300)
		c.RestartPolicy = &n
	}
	c.MountPoints = sortedBy(c.MountPoints, func(v MountPoint) string { return v.ContainerPath + v.SourceVolume })
	c.VolumesFrom = sortedBy(c.VolumesFrom, func(v VolumeFrom) string { return v.SourceContainer })
	c.Ulimits = sortedBy(c.Ulimits, func(v Ulimit) string { return v.Name })
	c.SystemControls = sortedBy(c.SystemControls, func(v SystemControl) string { return v.Namespace })
	c.ExtraHosts = sortedBy(c.ExtraHosts, func(v HostEntry) string { return v.Hostname + " " + v.IPAddress })
	c.ResourceRequirements = sortedBy(c.ResourceRequirements, requirementKey)
	if l := c.LinuxParameters; l.Empty() {
		c.LinuxParameters = nil
	} else {
		c.LinuxParameters = l.canonical()
	}
	if c.VersionConsistency == "enabled" {
		c.VersionConsistency = "" // the default
	}
	return c
}

// Empty reports whether it is the default.
func (t *TrustedExecution) Empty() bool {
	return t == nil || *t == TrustedExecution{} || *t == TrustedExecution{IsolationMode: IsolationModes[0]}
}

// Empty reports whether nothing is set: there may as well be no parameters.
func (l *LinuxParameters) Empty() bool {
	return l == nil || reflect.DeepEqual(*l.canonical(), LinuxParameters{})
}

func (l LinuxParameters) canonical() *LinuxParameters {
	if l.Capabilities != nil {
		l.Capabilities = &Capabilities{Add: sortedCopy(l.Capabilities.Add), Drop: sortedCopy(l.Capabilities.Drop)}
		if len(l.Capabilities.Add)+len(l.Capabilities.Drop) == 0 {
			l.Capabilities = nil
		}
	}
	l.Devices = sortedBy(l.Devices, Device.Key)
	for i, d := range l.Devices {
		l.Devices[i] = d.canonical()
	}
	l.Tmpfs = sortedBy(l.Tmpfs, func(v Tmpfs) string { return v.ContainerPath })
	for i, t := range l.Tmpfs {
		l.Tmpfs[i].MountOptions = sortedCopy(t.MountOptions)
	}
	return &l
}

// Key identifies a device of a container: its path on the instance and in the container.
func (d Device) Key() string { return d.HostPath + " " + cmp.Or(d.ContainerPath, d.HostPath) }

// DevicePermissions are all that a container can have to a device, which it has when nothing
// is said.
var DevicePermissions = []string{"read", "write", "mknod"}

// AllPermissions reports whether the container has every permission to the device.
func (d Device) AllPermissions() bool {
	return len(d.Permissions) == 0 || slices.Equal(sortedCopy(d.Permissions), sortedCopy(DevicePermissions))
}

func (d Device) canonical() Device {
	if d.ContainerPath == d.HostPath {
		d.ContainerPath = ""
	}
	if d.Permissions = sortedCopy(d.Permissions); d.AllPermissions() {
		d.Permissions = nil
	}
	return d
}

func (v Volume) canonical() Volume {
	if v.Host != nil && v.Host.SourcePath == "" {
		v.Host = nil // ECS answers an empty host for a bind mount
	}
	if v.EFS != nil {
		e := *v.EFS
		e.RootDirectory = cmp.Or(e.RootDirectory, "/")
		if e.TransitEncryption == "DISABLED" {
			e.TransitEncryption = ""
		}
		if a := e.AuthorizationConfig; a != nil {
			n := *a
			if n.IAM == "DISABLED" {
				n.IAM = ""
			}
			e.AuthorizationConfig = &n
			if n == (EFSAuthorization{}) {
				e.AuthorizationConfig = nil
			}
		}
		v.EFS = &e
	}
	if v.S3Files != nil {
		f := *v.S3Files
		f.RootDirectory = cmp.Or(f.RootDirectory, "/")
		v.S3Files = &f
	}
	if v.Docker != nil {
		d := *v.Docker
		d.Scope, d.Driver = cmp.Or(d.Scope, "task"), cmp.Or(d.Driver, "local")
		v.Docker = &d
	}
	return v
}

// canonicalPorts drops the host port where it says what is so anyway: under awsvpc and on
// the host's network it is the container's, elsewhere 0 is "any".
func canonicalPorts(ports []PortMapping, networkMode string) []PortMapping {
	ports = sortedBy(ports, func(p PortMapping) string {
		return fmt.Sprintf("%05d %s %s", p.ContainerPort, p.ContainerPortRange, cmp.Or(p.Protocol, "tcp"))
	})
	for i, p := range ports {
		ports[i].Protocol = cmp.Or(p.Protocol, "tcp")
		if (networkMode == AWSVPC || networkMode == "host") && p.HostPort == p.ContainerPort {
			ports[i].HostPort = 0
		}
	}
	return ports
}

// ECS takes "1 vCPU" and "2GB" and stores units and MiB.
var (
	vcpuText     = regexp.MustCompile(`(?i)^([0-9]*\.?[0-9]+)\s*vcpus?$`)
	gigabyteText = regexp.MustCompile(`(?i)^([0-9]*\.?[0-9]+)\s*gb$`)
)

func canonicalCPU(s string) string    { return thousandths(s, vcpuText) }
func canonicalMemory(s string) string { return thousandths(s, gigabyteText) }

func thousandths(s string, unit *regexp.Regexp) string {
	m := unit.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return s
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return s
	}
	return strconv.FormatInt(int64(v*1024), 10)
}

func placementKey(p PlacementConstraint) string { return p.Expression }

func requirementKey(r ResourceRequirement) string { return r.Type + " " + r.Value }

func secretKey(s ContainerSecret) string { return s.Name }

// notEmpty makes no difference between a list that is empty and one that is not there.
func notEmpty[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func sortedCopy(list []string) []string {
	return notEmpty(slices.Sorted(slices.Values(list)))
}

func sortedBy[T any](list []T, key func(T) string) []T {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	return notEmpty(list)
}

// Differences names the fields in which two definitions differ, sorted, with the container
// where it is one of a container's: "cpu", "containerDefinitions[web].healthCheck". It never
// holds a value, which may be a secret.
func Differences(a, b Definition) []string {
	a, b = a.Canonical(), b.Canonical()
	ca, cb := containers(a), containers(b)
	a.ContainerDefinitions, b.ContainerDefinitions = nil, nil
	out := differentFields("", a, b)
	for _, name := range slices.Sorted(maps.Keys(union(ca, cb))) {
		path := "containerDefinitions[" + name + "]"
		x, inA := ca[name]
		y, inB := cb[name]
		if !inA || !inB {
			out = append(out, path)
			continue
		}
		out = append(out, differentFields(path+".", x, y)...)
	}
	slices.Sort(out)
	return out
}

func containers(d Definition) map[string]Container {
	out := map[string]Container{}
	for _, c := range d.ContainerDefinitions {
		out[c.Name] = c
	}
	return out
}

func union[K comparable, V any](a, b map[K]V) map[K]V {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// differentFields compares the JSON of two values field by field.
func differentFields(prefix string, a, b any) []string {
	fa, fb := fields(a), fields(b)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(union(fa, fb))) {
		if string(fa[name]) != string(fb[name]) {
			out = append(out, prefix+name)
		}
	}
	return out
}

func fields(v any) map[string]json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encoding a task definition: %s", err))
	}
	out := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &out); err != nil {
		panic(fmt.Sprintf("decoding a task definition: %s", err))
	}
	return out
}
